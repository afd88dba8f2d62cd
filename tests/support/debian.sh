#!/usr/bin/env bash
# debian.sh COMMAND[=PACKAGE]...   Installs the Debian packages whose command is missing, or says what to install.
set -euo pipefail

missing=()
for want in "$@"; do
    command -v "${want%%=*}" >/dev/null || missing+=("${want#*=}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "please install, by this system's own means: ${missing[*]}" >&2
    exit 1
fi
become=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "please install as root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    become=(sudo)
fi
echo "installing ${missing[*]}"
"${become[@]}" apt-get update -qq
"${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
