# make run    set up, run the embedded Devon & Somerset study, print where the report is
# make test   set up, run every check and test
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
TEST_STAMP := $(VENV)/.ready-test
SHARED ?= ../shared/data

.PHONY: run test lint fast data data-check bench clean
.DELETE_ON_ERROR:

run: $(STAMP)
	$(BIN)/colocate run

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup

fast: $(TEST_STAMP)
	$(BIN)/python -m pytest -m "not study and not browser and not shared"

lint: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

data: $(STAMP)
	$(BIN)/python data/build/build.py --shared $(SHARED)

data-check: $(STAMP)
	$(BIN)/python data/build/build.py --shared $(SHARED) --check

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "colocate needs Python 3.11 or later; name one with make PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(TEST_STAMP): $(STAMP) pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) out
