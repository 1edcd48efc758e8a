#!/bin/sh
# Renews the locked lists. Set-up itself never needs uv: it reads the lists with pip.
# The hashes must be those of PyPI's own files for every platform, so uv reads no configuration.
set -eu

compile() {
    uv pip compile --no-config --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --upgrade "$@"
}

compile pyproject.toml requirements/build.in --output-file requirements/run.txt
compile pyproject.toml --extra test requirements/build.in --constraint requirements/run.txt \
    --output-file requirements/test.txt
compile requirements/node.in --output-file requirements/node.txt
compile requirements/postgres.in --no-deps --output-file requirements/postgres.txt
npm install --package-lock-only --ignore-scripts --no-audit --no-fund
