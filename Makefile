PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A worker a processor; tests/conftest.py says which tests have to share one.
WORKERS ?= auto
PARALLEL = -n $(WORKERS) --maxprocesses 4
# Where the environment forbids bytecode, each worker, and each process that a test starts, would
# compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test unit lint audit docs types interface release train-env lock clean
.DEFAULT_GOAL := run

# A stamp is newer than what it was made from; a second start installs nothing.
$(VENV)/.serve: requirements/serve.txt pyproject.toml
	@echo "Installing the server (about 440 MB, once; a minute or more)"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@# Not quietly: it would be silent for a minute.
	@$(BIN)/pip install --disable-pip-version-check --require-hashes -r requirements/serve.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.test: $(VENV)/.serve requirements/test.txt
	@echo "Installing the tests"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

# Start the server on http://127.0.0.1:8000; ARGS goes to `where-to-buy serve`.
run: $(VENV)/.serve interface
	@exec $(BIN)/where-to-buy serve $(ARGS)

# All tests, in parallel; those that train a model run where `make train-env` was run before.
test: $(VENV)/.test node_modules/.package-lock.json interface
	@requirements/install-browser.sh
	$(BIN)/pytest $(PARALLEL) $(ARGS)

# The tests that need neither a browser nor a network. Many of them wait, so one worker more than
# there are processors.
unit: WORKERS = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
unit: $(VENV)/.test interface
	$(BIN)/pytest $(PARALLEL) -p no:schemathesis -p no:anyio -m "not browser" tests/unit $(ARGS)

lint: $(VENV)/.test node_modules/.package-lock.json interface
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/bandit -q -ll -c pyproject.toml -r model server manifest-builder
	$(BIN)/zizmor -q --offline .github/workflows
	$(BIN)/python manifest-builder/api_types.py --check
	npx --no-install tsc -p tsconfig.json
	@rm -rf build/firefox && $(BIN)/python manifest-builder --browser firefox --out build/firefox
	NO_UPDATE_NOTIFIER=1 npx --no-install web-ext lint -s build/firefox --no-config-discovery --warnings-as-errors --output text

# Known vulnerabilities of what is installed; asks the package index, so it needs the network.
audit: $(VENV)/.test
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/serve.txt

# ui/protocol.d.ts from what the server's API says.
types: $(VENV)/.serve
	$(BIN)/python manifest-builder/api_types.py

# The extension's manifest, and the copies of ui/ that extension and web app load.
interface: $(VENV)/.serve
	@$(BIN)/python manifest-builder

# Wheel, extension zips, notes and checksums in dist/; the same bytes from the same commit.
release: $(VENV)/.test
	@$(BIN)/python deploy/release.py

node_modules/.package-lock.json: package-lock.json
	npm ci --no-audit --no-fund --silent

# Write docs/settings.md again, from server/config.py.
docs: $(VENV)/.serve
	$(BIN)/python -m docs.settings_page

# torch and Detectron2, 6 GB: for those who train or evaluate models.
train-env: $(VENV)/.test
	@requirements/install-train.sh $(VENV)

# Resolve the ranges in pyproject.toml again.
lock: $(VENV)/.test
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q pyproject.toml --python-version 3.11 --universal --generate-hashes --no-header -o requirements/serve.txt
	$(BIN)/uv pip compile -q pyproject.toml --extra test --extra lint --python-version 3.11 --universal --generate-hashes --no-header -o requirements/test.txt

clean:
	rm -rf $(VENV) node_modules artifacts build dist *.egg-info extension/ui extension/_locales server/pages/static/ui
