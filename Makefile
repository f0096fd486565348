PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: run test check lock bench messages facts bundle clean
.DEFAULT_GOAL := run

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.main: requirements/main.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing Siklus (first time only: about a minute)"
	$(PIP) install --require-hashes -r requirements/main.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.main
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

run: $(VENV)/.main  ## start Siklus on this machine
	@$(BIN)/siklus up

test: $(VENV)/.dev  ## the whole test suite
	@$(BIN)/python -m tests.run

check: $(VENV)/.dev  ## format, lint, types, import contracts, migrations, translations
	$(BIN)/ruff format --check src tests bench
	$(BIN)/ruff check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/siklus manage makemigrations --check --dry-run
	$(BIN)/python -m tests.translations

bench: $(VENV)/.dev  ## measure; see docs/benchmarks.md
	$(BIN)/python -m bench

messages: $(VENV)/.dev  ## collect the strings of the product into the catalogues
	$(BIN)/python -m tests.translations --update

facts: $(VENV)/.dev  ## write docs/facts.md anew
	$(BIN)/python -m tests.test_docs

bundle: $(VENV)/.dev  ## put the stylesheets and scripts together
	$(BIN)/python -m siklus.platform.web.bundle

lock:  ## write the lock files anew (needs uv)
	cd requirements && for f in main dev; do uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url $$f.in -o $$f.txt; done

clean:
	rm -rf $(VENV)
