# `make generate` writes the client, `make test` tests everything. Both set up what they
# need in .venv first; that takes Python 3.11 or later and nothing else. Where packages
# come from is pip's own configuration.

.DEFAULT_GOAL := help
.PHONY: help install generate test check format goldens spec-report corpus evidence clean

# The interpreter that .venv is made with.
PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3.14 python3 python; \
	do $$each -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$each; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
PYTEST_ARGUMENTS ?= -n auto

# The folders of Python code that checkers read, and what belongs to nobody's style.
CODE := generator generated tests spec benchmarks examples

help:
	@echo 'make generate      write the client of spec/kirim.yaml into generated/'
	@echo 'make test          run the tests'
	@echo 'make check         generated code is current; format, lint and types are clean'
	@echo 'make format        format and sort imports'
	@echo 'make goldens       rewrite what tests expect; read the diff'
	@echo 'make spec-report   how sure spec/kirim.yaml is, operation by operation'
	@echo 'make corpus CORPUS=path    try every document of a folder'
	@echo 'make evidence      the complete runs that are too long for every change'

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or later is needed; set PYTHON=' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

install: $(STAMP)

generate: $(STAMP)
	$(BIN)/specpress generate

test: $(STAMP)
	$(BIN)/python -m pytest $(PYTEST_ARGUMENTS)

check: $(STAMP)
	$(BIN)/specpress check
	$(BIN)/ruff check .
	$(BIN)/black --check --quiet $(wildcard $(CODE))
	$(BIN)/mypy
	$(BIN)/pyright --project pyproject.toml --pythonpath $(BIN)/python

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/black --quiet $(wildcard $(CODE)) templates/runtime

goldens: $(STAMP)
	$(BIN)/specpress generate
	REWRITE=1 $(BIN)/python -m pytest -q tests/test_cases.py tests/test_invalid.py
	$(BIN)/python benchmarks/runtime_size.py --write docs/evidence/runtime-size.md

spec-report: $(STAMP)
	$(BIN)/python spec/report.py

corpus: $(STAMP)
	@test -n "$(CORPUS)" || { echo 'usage: make corpus CORPUS=folder' >&2; exit 2; }
	$(BIN)/python -m benchmarks.corpus "$(CORPUS)"

evidence: $(STAMP)
	mkdir -p docs/evidence
	$(BIN)/python -m tests.hostile --evidence docs/evidence/hostile.md
	$(BIN)/python benchmarks/faults.py --write docs/evidence/faults.md
	$(BIN)/python benchmarks/soak.py --write docs/evidence/soak.md
	$(BIN)/python benchmarks/runtime_size.py --write docs/evidence/runtime-size.md

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache
