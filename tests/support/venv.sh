#!/usr/bin/env bash
# venv.sh FOLDER REQUIREMENTS   Makes a Python environment that holds exactly these requirements, once.
set -euo pipefail
folder=$1 requirements=$2

stamp="$folder/.installed"
wanted="$(python3 --version)
$(cat "$requirements")"
[ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || exit 0

rm -rf "$folder"
if ! python3 -m venv "$folder"; then
    # Debian keeps the module apart from the interpreter.
    "$(dirname "$0")/debian.sh" no-such-command=python3-venv
    python3 -m venv --clear "$folder"
fi
"$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
printf '%s' "$wanted" >"$stamp"
