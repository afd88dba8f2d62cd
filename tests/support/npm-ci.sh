#!/usr/bin/env bash
# npm-ci.sh FOLDER   Installs the locked npm packages of FOLDER, once for each state of its lock file.
set -euo pipefail
cd "$1"

if ! command -v npm >/dev/null; then
    echo "Node.js 20 or newer with npm is needed: see https://nodejs.org" >&2
    exit 1
fi
stamp=node_modules/.installed-lock
cmp -s package-lock.json "$stamp" && exit 0
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"
