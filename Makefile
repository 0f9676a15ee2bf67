# make demo: install into .venv and fly Apollo-Soyuz.  make test: everything that must hold.  make help: the rest.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
MARK   ?= not slow
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet install --no-compile

# One BLAS thread: small matrices get ten times slower with two, and the cores are wanted elsewhere.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1

.PHONY: help demo check test coverage bench validation clean

help:
	@echo "make demo        install into $(VENV) and fly Apollo-Soyuz"
	@echo "make test        lint, types, layers and tests (MARK='' adds the slow ones)"
	@echo "make check       lint, types and layers only"
	@echo "make coverage    branch coverage of time, frames and parsers, which must be whole"
	@echo "make bench       time the simulator beside its peers"
	@echo "make validation  write docs/validation.md from the tests"
	@echo "make clean       remove $(VENV) and what tools leave behind; runs stay"

demo: $(VENV)/.ready
	$(BIN)/softdock fly apollo-soyuz

# No cache: import-linter's keeps what an import meant before the module it names was there.
check: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: check
	$(BIN)/python -m pytest -m "$(MARK)" $(ARGS)

validation: $(VENV)/.ready-test
	$(BIN)/python -m pytest --validation-page=docs/validation.md

coverage: $(VENV)/.ready-test
	$(BIN)/python -m tests.house.coverage_of_parsers

bench: $(VENV)/.ready-bench
	$(BIN)/python -m bench

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "softdock needs Python 3.11 or newer; $(PYTHON) is missing or older. Say: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; \
	  exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; \
	  rm -rf $(VENV); exit 1; }

# Set-up is done once and again when pyproject.toml changes.
$(VENV)/.ready: pyproject.toml | $(BIN)/python
	@echo "Installing softdock and its libraries into $(VENV) (once, half a minute or so) ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.ready-test: pyproject.toml | $(BIN)/python
	@echo "Installing softdock and its test tools into $(VENV) (once, half a minute or so) ..."
	@$(PIP) --editable '.[test]'
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-bench: pyproject.toml | $(BIN)/python
	@echo "Installing softdock and the peers it is timed against into $(VENV) (once) ..."
	@$(PIP) --editable '.[bench]'
	@touch $@ $(VENV)/.ready
