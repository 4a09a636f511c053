# make run    set up, run the embedded Devon & Somerset study, print where the report is
# make test   set up, run every check and test, types beside the tests
# make soak   the long campaigns that make test leaves out: kills, fuzzing, mutants (SOAK_SEED=…)
# make data   build both studies' data from their sources; data-check compares
# make bench  measure against other routing engines, in an environment of its own
# make bench-study  hold the study's own times against an earlier commit (RUNS=5 SINCE=3c092c7)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
STAMP := $(VENV)/.ready
TEST_STAMP := $(VENV)/.ready-test
SHARED ?= ../shared/data
# The newest Python found: OSRM's and Valhalla's packages need 3.12 or later.
PYTHON_BENCH ?= $(firstword $(foreach p,python3.14 python3.13 python3.12 \
  $(wildcard $(HOME)/.pyenv/versions/3.1[2-9]*/bin/python3) $(PYTHON),\
  $(shell $(p) -c 'import sys; print(sys.executable)' 2>/dev/null)))

.PHONY: run test suite lint style types fast soak data data-check bench bench-study gallery clean
.DELETE_ON_ERROR:

# Some machines forbid it, and then every process that a test starts compiles the source again.
unexport PYTHONDONTWRITEBYTECODE

run: $(STAMP)
	$(BIN)/colocate run

test: style
	@$(MAKE) --no-print-directory -j2 types suite

suite: $(TEST_STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

fast: $(TEST_STAMP)
	$(BIN)/python -m pytest -m "not study and not browser and not shared"

soak: $(TEST_STAMP)
	$(BIN)/python -m pytest tests/soak -m soak -n 2 --dist loadgroup --no-loadscope-reorder

lint: style types

style: $(TEST_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(TEST_STAMP)
	$(BIN)/mypy

data: $(STAMP)
	$(BIN)/python data/build/build.py --shared $(SHARED)
	$(BIN)/python data/build/example.py

data-check: $(STAMP)
	$(BIN)/python data/build/build.py --shared $(SHARED) --check
	$(BIN)/python data/build/example.py --check

bench: $(BENCH)/.ready
	$(BENCH)/bin/python benchmarks/run.py

bench-study: $(BENCH)/.ready
	$(BENCH)/bin/python benchmarks/study.py --runs $(or $(RUNS),5) --since $(or $(SINCE),3c092c7)

gallery: $(TEST_STAMP)
	$(BIN)/python docs/gallery/take.py out/devon-somerset/report.html out/example/report.html

$(BENCH)/.ready: pyproject.toml
	$(PYTHON_BENCH) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	$(BENCH)/bin/python -m colocate.pipeline.warm
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "colocate needs Python 3.11 or later; name one with make PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMP): pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fast]'
	$(BIN)/python -m colocate.pipeline.warm
	@touch $@

$(TEST_STAMP): $(STAMP) pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) $(BENCH) out
