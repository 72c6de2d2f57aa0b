PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYROMETER := $(BIN)/pyrometer

.PHONY: report test test-fast test-slow test-builds lint clean

report: $(READY)  ## the main job: measure the default set here and now, write the page
	$(PYROMETER) run --report

test: test-fast test-slow  ## all that CI runs

test-fast: lint  ## no interpreter but the host's
	$(BIN)/pytest -n auto -m 'not interpreters and not builds'

test-slow: $(READY)  ## real interpreters, built when missing
	$(BIN)/pytest -m interpreters

test-builds: $(READY)  ## interpreters outside the default set: builds and checks each; takes long
	$(BIN)/pytest -m builds

lint: $(READY)  ## style, types, import contracts
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .tox .nox dist

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than 3.11 (PYTHON=/path/to/python3.11 make ...)" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "make: cannot make a virtual environment (Debian: apt-get install python3-venv)" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	@touch $@
