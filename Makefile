# Everything a developer does here. `make demo` and `make test` need nothing but Python 3.11 or newer and make.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test lint test-newest bench bench-cloud audit lock clean

PYTHON ?= $(shell scripts/pythons | sed -n 1p)
NEWEST ?= $(shell scripts/pythons | sed -n '$$p')
BIN := .venv/bin
MADE := .venv/.made
UPGRADE ?=
TESTS ?= tests

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(MADE) ## Do the main job on the recording in demo/ and check what came of it
	@scripts/demo

test: $(MADE) lint ## Check everything: lint, types, import contract, every test
	scripts/system_packages
	scripts/node_packages
	$(MAKE) --no-print-directory test-newest
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

lint: $(MADE) ## Check style, types and the import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

# The whole suite runs on the oldest Python; what depends on the language alone runs on the newest as well.
test-newest: ## Run the unit tests and properties on the newest Python that is here
	@if [ "$(NEWEST)" = "$(PYTHON)" ]; then \
	    echo "There is no newer Python here than $(PYTHON)."; \
	else \
	    $(MAKE) --no-print-directory .venv-newest/.made && \
	    .venv-newest/bin/python -m pytest -q -p no:cacheprovider -n 2 $(wildcard tests/unit tests/properties); \
	fi

bench: $(MADE) ## Measure CPU time and memory; the table is in docs/benchmarks.md
	$(BIN)/python benchmarks/run.py

bench-cloud: $(MADE) ## Measure the server's SQL on a PostgreSQL of its own; its tables are in docs/benchmarks.md too
	$(BIN)/python -m benchmarks.cloud

audit: $(MADE) ## Ask for known vulnerabilities of what the lock holds (needs the network)
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock

lock: $(MADE) ## Write requirements.lock anew; UPGRADE=--upgrade takes the newest versions
	scripts/lock $(UPGRADE)

clean: ## Remove what was made here
	rm -rf .venv .venv-newest build dist .hypothesis .*_cache

$(MADE): requirements.lock scripts/make_venv
	scripts/make_venv .venv "$(PYTHON)"
	@touch $@

.venv-newest/.made: requirements.lock scripts/make_venv
	scripts/make_venv .venv-newest "$(NEWEST)"
	@touch $@
