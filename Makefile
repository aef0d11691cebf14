# make run and make test set up everything they need; make alone tells what there is.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
DEV_STAMP := $(VENV)/.ready-dev

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

# A library's file is taken when its hash is listed. An index that builds files of its own has others:
# `make VERIFY=no run` takes the same versions, whatever their files.
VERIFY ?= yes
ifeq ($(VERIFY),no)
install = $(PIP) -c constraints.txt -e $(2)
else
install = $(PIP) --require-hashes -r $(1) && $(PIP) --no-deps --no-build-isolation -e .
endif

.DEFAULT_GOAL := help
.PHONY: help run test explore lint fix bench torture docs schema texts constraints web-form engines

help: ## Show these lines
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

run: $(STAMP) ## Set up what is missing and serve: address, password and phone code in the terminal
	$(BIN)/fiche start

# A file's tests share a server: they stay together. The dearest, the journeys, come first.
SPREAD := -n 2 --dist loadfile --no-loadscope-reorder

test: $(DEV_STAMP) engines ## Run every test
	$(BIN)/python -m pytest $(SPREAD)

explore: $(DEV_STAMP) engines ## Run the property tests with examples that no run had before
	$(BIN)/python -m pytest $(SPREAD) --hypothesis-profile=explore -m hypothesis

lint: $(DEV_STAMP) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(DEV_STAMP) ## Mend what the style check can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_STAMP) ## Measure speed and memory; prints a table and writes build/benchmarks.json
	$(BIN)/python -m tests.benchmarks

SECONDS ?= 600
SEED ?=
torture: $(DEV_STAMP) ## Kill, fill and turn the clock of a server in use, then look what is lost (SECONDS=600)
	$(BIN)/python -m tests.torture --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) --output build/torture.json

docs: schema ## Write the pages that are made from the code: docs/addresses.md and docs/schema.sql
	$(BIN)/python -m server.address_page > docs/addresses.md.new && mv docs/addresses.md.new docs/addresses.md

schema: $(STAMP) ## Write docs/schema.sql, the tables as the code makes them
	$(BIN)/python -m server.store.schemas > docs/schema.sql.new && mv docs/schema.sql.new docs/schema.sql

texts: $(DEV_STAMP) ## Bring the French texts up to the code, list those without French
	$(BIN)/python server/locale/texts.py

COMPILE := build/pip-tools/bin/pip-compile --quiet --generate-hashes --allow-unsafe --all-build-deps --strip-extras \
	--no-annotate --no-emit-options --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header \
	-c constraints.txt

constraints: ## Write the hashes of the files of all versions in constraints.txt
	$(PYTHON) -m venv build/pip-tools && build/pip-tools/bin/pip install --quiet pip-tools
	$(COMPILE) --upgrade --output-file build/requirements.txt pyproject.toml
	$(COMPILE) --upgrade --extra dev --output-file build/requirements-dev.txt pyproject.toml
	for list in requirements requirements-dev; do \
		{ head -1 $$list.txt; cat build/$$list.txt; } > build/list && mv build/list $$list.txt; done

audit: ## Ask for known holes in what fiche is built on, once a week (needs the network and npm)
	$(PYTHON) -m venv build/pip-audit && build/pip-audit/bin/pip install --quiet pip-audit
	build/pip-audit/bin/pip-audit --disable-pip --require-hashes -r requirements.txt
	cd server/web_form && npm audit --package-lock-only

web-form: ## Build the web form that is served from its sources (needs Node and npm; nothing else here does)
	@command -v npm >/dev/null || { echo "Building the web form needs Node 20 and npm: apt-get install nodejs npm"; exit 1; }
	cd server/web_form && npm ci --no-audit --no-fund && npm run build

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "fiche needs Python 3.11 or newer: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "Python has no venv module: apt-get install python3-venv"; exit 1; }

$(STAMP): $(VENV)/bin/python setup.cfg setup.py pyproject.toml constraints.txt requirements.txt
	$(call install,requirements.txt,.)
	@touch $@

$(DEV_STAMP): $(VENV)/bin/python setup.cfg setup.py pyproject.toml constraints.txt requirements-dev.txt
	$(call install,requirements-dev.txt,'.[dev]')
	@touch $@ $(STAMP)

# Beside Python the tests need Collect's form engine (Java) and a browser.
engines:
	@missing=""; \
	command -v java >/dev/null || missing="$$missing openjdk-17-jre-headless"; \
	command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || \
		missing="$$missing chromium-headless-shell"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ]; then \
			apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install $$missing >/dev/null; \
		else \
			echo "The tests need more programs. Install them with:"; \
			echo "  sudo apt-get install$$missing"; exit 1; \
		fi; \
	fi
