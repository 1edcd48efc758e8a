#!/bin/sh
# Prints the first Python that can make the virtual environment: 3.11 or newer, with venv and ensurepip.
# A name on PATH proves nothing (version managers leave names there that only print an error), so each is run.
# PYTHON=/path/to/python names one outright.

serves='
import sys
try:
    import ensurepip, venv
except ImportError:
    sys.exit(4)
sys.exit(0 if sys.version_info >= (3, 11) else 3)
'
without_venv=''

for name in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
    found=$(command -v "$name" 2>/dev/null) || continue
    "$found" -c "$serves" >/dev/null 2>&1 </dev/null
    case $? in
        0) printf '%s\n' "$found"; exit 0 ;;
        4) without_venv="$without_venv $found" ;;
    esac
done

{
    if [ -n "$without_venv" ]; then
        echo "bihuan: the Python found here cannot make virtual environments:$without_venv"
        echo "  Debian, Ubuntu:  sudo apt-get install python3-venv"
    else
        echo "bihuan: no Python 3.11 or newer was found (tried python3, python3.13, python3.12, python3.11, python3.14)."
        echo "  Debian, Ubuntu:  sudo apt-get install python3 python3-venv"
        echo "  Fedora, openEuler:  sudo dnf install python3.12"
    fi
    echo "  elsewhere:  make run PYTHON=/path/to/python3.12"
} >&2
exit 1
