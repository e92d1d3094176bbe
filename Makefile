# Everything runs in .venv, made from the locks with nothing but Python's own venv and pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

# Tests share two processors, each file on one of them; a server that is named is used by one.
PROCESSES := $(if $(IMMUNOGRAPH_TEST_NEO4J_URI),,-n 2 --dist loadfile --no-loadscope-reorder)

.DEFAULT_GOAL := help
.PHONY: help run test check format schema bench interop pictures examples soak versions package clean lock

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

run: $(VENV)/run ## serve the loaded graph; ends with the addresses of the service and of Neo4j Browser
	$(BIN)/immunograph serve

test: $(VENV)/dev ## every check and test, on a real Neo4j
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest $(PROCESSES)

check: $(VENV)/dev ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/pyright

format: $(VENV)/dev ## bring the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

schema: $(VENV)/dev ## write the JSON Schema of a source file anew
	$(BIN)/python -c 'import json; from immunograph.seeds.forms import source_schema as s; print(json.dumps(s(), indent=2, ensure_ascii=False))' > schema/source.schema.json

bench: $(VENV)/dev ## measure against the peers, and how fast sources are checked and loaded; GRAPH=edges.tsv adds an edge list of yours, PHYSIOMAP=folder its pairs
	$(BIN)/python -m bench $(if $(GRAPH),--graph $(GRAPH)) $(if $(PHYSIOMAP),--physiomap $(PHYSIOMAP))

interop: $(VENV)/dev ## export the library in every format and read it with the field's own tools, each in an environment of its own
	$(BIN)/python -m bench.interop

pictures: $(VENV)/dev ## take README's pictures from the service that runs at URL
	$(BIN)/python tests/page/screenshots.py $(or $(URL),http://127.0.0.1:8000) .readme

examples: $(VENV)/dev ## write the answers that OpenAPI shows from the service that runs at URL
	$(BIN)/python tests/web/examples.py $(or $(URL),http://127.0.0.1:8000)

soak: $(VENV)/dev ## what takes hours: load, faults, parsers, a table of what they came to; MINUTES=25 takes so long, PART=tests/test_faults.py runs one part
	IMMUNOGRAPH_SOAK_MINUTES=$(or $(MINUTES),180) $(BIN)/python -m pytest -m soak $(PART)

versions: $(VENV)/dev ## the contract suite on both Neo4j, on the Python of PYTHON; VERSION=2026.08.1 takes one of them
	for one in $(or $(VERSION),5.26.30 2026.08.1); do $(BIN)/python tests/versions.py $$one || exit 1; done

package: $(VENV)/dev ## build wheel and source archive, try them in a clean environment, write the bill of materials
	$(BIN)/python -m release

clean: ## take away what was made
	rm -rf $(VENV) build dist

lock: ## write the locks anew (needs uv)
	uv lock --quiet
	uv export --quiet --format requirements-txt --no-emit-project --no-dev --group build --no-annotate --no-header -o requirements.lock
	uv export --quiet --format requirements-txt --no-emit-project --no-annotate --no-header -o requirements-dev.lock
	for one in bench/interop/*.in release/*.in; do uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header $$one -o $${one%.in}.lock; done

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; PYTHON=… names one" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: requirements-dev.lock requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the service (once) …"
	@if [ ! -e $(VENV)/dev ]; then $(PIP) install --require-hashes -r requirements.lock; fi
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the service and its tests (once) …"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@ $(VENV)/run
