PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A worker a processor; tests/conftest.py says which tests have to share one.
WORKERS ?= auto
PARALLEL := -n $(WORKERS) --maxprocesses 4

.PHONY: run test unit lint docs types interface train-env lock clean
.DEFAULT_GOAL := run

# A stamp is newer than what it was made from; a second start installs nothing.
$(VENV)/.serve: requirements/serve.txt pyproject.toml
	@echo "Installing the server (about 440 MB, once)"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements/serve.txt
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
test: $(VENV)/.test interface
	@requirements/install-browser.sh
	$(BIN)/pytest $(PARALLEL) $(ARGS)

# The tests that need neither a browser nor a network, in parallel.
unit: $(VENV)/.test interface
	$(BIN)/pytest $(PARALLEL) tests/unit $(ARGS)

lint: $(VENV)/.test node_modules/.package-lock.json interface
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python manifest-builder/api_types.py --check
	npx --no-install tsc -p tsconfig.json

# ui/protocol.d.ts from what the server's API says.
types: $(VENV)/.serve
	$(BIN)/python manifest-builder/api_types.py

# The extension's manifest, and the copies of ui/ that extension and web app load.
interface: $(VENV)/.serve
	@$(BIN)/python manifest-builder

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
	rm -rf $(VENV) node_modules artifacts build *.egg-info extension/ui extension/_locales server/pages/static/ui
