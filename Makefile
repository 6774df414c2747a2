# The few things that are done to this project. `make setup` is enough to use it; the rest is for those who change it.

BIN := .venv/bin
UV := $(BIN)/uv
PYTEST := $(BIN)/pytest
export UV_NO_PROGRESS := 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo up test test-servers check format messages lock evals bench docs clean

help: ## Say what can be done
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: .venv/installed ## Make .venv with the command binome in it

demo: setup ## Start everything with a small community to play with
	@$(BIN)/binome demo

up: setup ## Start everything
	@$(BIN)/binome up

test: setup-dev ## Run every test that needs no other server
	@tools/install-browser
	$(PYTEST) -m "not servers" $(TESTS)

test-servers: setup-dev ## Run the tests that speak to real servers (installed by tests/servers)
	$(PYTEST) -m servers $(TESTS)

check: setup-dev ## Everything that is checked without running the product
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -q tests/architecture

format: setup-dev ## Put the code in its usual form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

evals: setup-dev ## Measure how good the AI is (needs the data)
	$(BIN)/python -m evals

bench: setup-dev ## Measure how fast it is
	$(BIN)/python -m benchmarks

docs: setup-dev ## Write the reference pages that are made from the code
	$(BIN)/python -m docs.make

lock: setup ## Choose the versions of dependencies anew
	$(UV) pip compile -q --upgrade --universal --python-version 3.11 --no-header --no-emit-index-url \
		pyproject.toml -o requirements.txt
	$(UV) pip compile -q --upgrade --universal --python-version 3.11 --no-header --no-emit-index-url \
		--group dev -c requirements.txt -o requirements-dev.txt

clean: ## Remove what was built, and nothing of your data
	rm -rf .venv static-built .mypy_cache .ruff_cache .import_linter_cache .hypothesis

setup-dev: .venv/installed-dev

.venv/installed: requirements.txt pyproject.toml
	@sh tools/find-python > /dev/null
	@test -x $(BIN)/python || "$$(sh tools/find-python)" -m venv .venv
	@test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@$(BIN)/python -m binome.console.catalogues
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python -r requirements-dev.txt
	@touch $@
