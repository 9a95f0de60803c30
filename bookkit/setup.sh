#!/bin/sh
# Makes the virtual environment: every pinned Python package, this package, and the Node packages.
# Called by make, which passes PYTHON (the interpreter to use) and VENV (where to put it).
set -eu

if ! "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    for candidate in python3.12 python3.11 python3.13; do
        if command -v "$candidate" >/dev/null 2>&1; then PYTHON=$candidate; break; fi
    done
fi
if ! "$PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    echo "The course needs Python 3.11, 3.12 or 3.13. Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
fi

[ -x "$VENV/bin/python" ] || "$PYTHON" -m venv "$VENV" || {
    echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2
    exit 1
}
pip() { "$VENV/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }

echo "Installing the pinned packages into $VENV (about a minute the first time)."
# uv installs several times as fast as pip, but reads none of pip's settings: it is told the index,
# and where it cannot do it, pip does.
pip install "$(grep '^uv==' requirements.txt)"
index=${PIP_INDEX_URL:-$(pip config get global.index-url 2>/dev/null || true)}
[ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
"$VENV/bin/python" -m uv pip install --quiet --python "$VENV/bin/python" --compile-bytecode -r requirements.txt || {
    echo "uv could not install them; trying with pip, which takes longer." >&2
    pip install -r requirements.txt
}
pip install --no-deps --no-build-isolation --editable .
"$VENV/bin/python" -m bookkit.npm ci --no-audit --no-fund --loglevel=error
