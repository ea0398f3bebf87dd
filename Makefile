# Needs only python3 (3.11 or newer) with its venv module, make and git; the rest comes from PyPI, into this folder:
# .tools holds uv, .venv holds Tsampa. `make` alone lists the targets; DEVELOPERS.md says what each is for.

PYTHON ?= python3
UV_VERSION := 0.13.9

# How many processes the tests share, one more than two cores, as some wait for what they started; and anything more to say to
# pytest: make test TEST_ARGS="-k poverty -x". A file's tests stay together, so that what they share is made once; the order
# is that of the files, as the longest are not those with the most tests.
WORKERS ?= 3
SHARED = -n $(WORKERS) --dist loadfile --no-loadscope-reorder
TEST_ARGS ?=

# The reference of each programme's variables, parameters and figures, written from its rules in both languages.
REFERENCE := docs/reference
PROGRAMMES := middle_village costa_rica bailang

# A neighbour's virtual environment or settings must not leak into ours.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME UV_PYTHON UV_NO_DEV UV_FROZEN UV_NO_SYNC
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BIN := .venv/bin
UV := .tools/bin/uv
UV_STAMP := .tools/uv-$(UV_VERSION)
BASE := .venv/base.stamp
DEV := .venv/dev.stamp
RUN := .venv/run.stamp

ifeq ($(wildcard src/tsampa/__init__.py),)
$(error Run make in the folder of this Makefile, or name that folder: make -C <folder>)
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run county test test-slow test-browser test-spark check check-format check-style check-types check-imports check-docs check-words docs words screenshots format lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

# Where `make run` keeps the demonstration office, and where it answers: make run PORT=8080.
OFFICE := build/office
PORT ?= 8000

run: $(RUN) ## open a demonstration office in the browser: a county of 50,000 made-up people, a sign-in for each role
	@if [ ! -e $(OFFICE)/ready ]; then rm -rf $(OFFICE); \
	  echo "A county of 50,000 made-up people enters an office, quarter by quarter (about a minute and a half) ..."; \
	  TSAMPA_HOME=$(OFFICE) $(BIN)/tsampa demo-office --counted >/dev/null && touch $(OFFICE)/ready; fi
	@TSAMPA_HOME=$(OFFICE) exec $(BIN)/tsampa serve --port $(PORT)

# Where `make county` puts the demonstration county; whatever an earlier run left there is made anew.
COUNTY := build/bailang

county: $(RUN) ## the count alone, without an office: the demonstration county, its assessment, its bulletin
	@rm -rf $(COUNTY)
	@echo "Drawing the county: 50,000 made-up people on real areas ..."
	@$(BIN)/tsampa demo $(COUNTY)/snapshot --lang en
	@echo "Assessing every household ..."
	@$(BIN)/tsampa assess $(COUNTY)/snapshot --programme bailang --on 2020-06-30 $(COUNTY)/assessment
	@echo "Setting the bulletin ..."
	@$(BIN)/tsampa bulletin $(COUNTY)/assessment $(COUNTY)/bulletin.pdf --lang en
	@$(BIN)/tsampa bulletin $(COUNTY)/assessment $(COUNTY)/bulletin.zh.pdf --lang zh
	@$(BIN)/tsampa bulletin $(COUNTY)/assessment $(COUNTY)/bulletin.html --lang en
	@echo "Open $(COUNTY)/bulletin.pdf, and a number of it:"
	@echo "  $(BIN)/tsampa trace $(COUNTY)/assessment A4.lifted"

test: check $(DEV) ## everything in check, then the quick tests
	$(BIN)/python -m pytest $(SHARED) -m "not slow and not browser" $(TEST_ARGS)

test-slow: $(DEV) ## the tests marked slow: large registers, long random searches
	$(BIN)/python -m pytest -n 2 -m slow $(TEST_ARGS)

test-browser: $(DEV) ## journeys through the office in a real Chromium; skipped where there is none
	$(BIN)/python -m pytest -m browser tests/office/journeys $(TEST_ARGS)

# Spark is 450 MB, so it has an environment of its own; where Java is missing its tests say so and are skipped. The office is
# there because pytest sets Django up for every test.
SPARK := .venv-spark

test-spark: $(UV_STAMP) ## the tests of Spark in local mode; needs Java 17
	@UV_PROJECT_ENVIRONMENT=$(SPARK) $(UV) sync --quiet --locked --extra spark --extra office --python .tools/bin/python
	$(SPARK)/bin/python -m pytest -m slow tests/backends/test_spark.py tests/backends/test_spark_faults.py $(TEST_ARGS)

check: check-format check-style check-types check-imports check-docs check-words ## format, style, types, arrows, generated docs, words

check-format: $(DEV)
	$(BIN)/ruff format --check --quiet .

check-style: $(DEV)
	$(BIN)/ruff check --quiet .

check-types: $(DEV)
	$(BIN)/python -m mypy --no-error-summary

check-imports: $(DEV)
	$(BIN)/lint-imports --no-logo

check-docs: $(DEV)
	@for name in $(PROGRAMMES); do for lang in en zh; do \
	  $(BIN)/tsampa rules docs $$name --lang $$lang | diff -q - $(REFERENCE)/$$name.$$lang.md >/dev/null || { \
	    echo "$(REFERENCE)/$$name.$$lang.md is not what the rules say now."; echo "  -> make docs"; exit 1; }; \
	done; done

docs: $(DEV) ## write the reference of the programmes anew
	@for name in $(PROGRAMMES); do for lang in en zh; do \
	  $(BIN)/tsampa rules docs $$name --lang $$lang >$(REFERENCE)/$$name.$$lang.md; \
	done; done

words: $(DEV) ## list the words of the office's pages for translation, and compile them
	$(BIN)/python scripts/words.py

check-words: $(DEV)
	@$(BIN)/python scripts/words.py --check >.words.log || { cat .words.log; rm .words.log; exit 1; }; rm .words.log

screenshots: $(DEV) ## take the README's pictures of the office that make run keeps; needs Chromium
	$(BIN)/python scripts/screenshots.py $(OFFICE)

format: $(DEV) ## put the code in order: layout, sorted imports, safe repairs
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

lock: $(UV_STAMP) ## choose the newest allowed versions and write uv.lock
	$(UV) lock --upgrade

clean: ## remove all that was installed or made here
	rm -rf .venv .venv-spark .tools .cache build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(wildcard src tests benchmarks) -name __pycache__ -type d -prune -exec rm -rf {} +

# The base comes first and is never narrowed: --inexact leaves the tests' packages where they are, so that `make run`
# after `make test` takes nothing away. The test environment is exact: what left the lock leaves .venv.
$(BASE): pyproject.toml uv.lock $(UV_STAMP)
	@echo "Installing Tsampa in .venv ..."
	@$(UV) sync --quiet --locked --no-dev --inexact --python .tools/bin/python
	@touch $@

$(RUN): $(BASE)
	@echo "Installing the office, and what sets the bulletin ..."
	@$(UV) sync --quiet --locked --no-dev --inexact --extra bulletin --extra office --python .tools/bin/python
	@touch $@

$(DEV): $(BASE)
	@echo "Installing the tools for tests and checks ..."
	@$(UV) sync --quiet --locked --extra office --python .tools/bin/python
	@touch $@

$(UV_STAMP):
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Tsampa needs Python 3.11 or newer, and there is no $(PYTHON) here."; \
	  echo "  -> On Debian or Ubuntu: sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Tsampa needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	  echo "  -> Debian 12 and Ubuntu 24.04 have one; elsewhere name it: make PYTHON=<path of python3.11 or newer>"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments: its module ensurepip is missing."; \
	  echo "  -> On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Fetching uv $(UV_VERSION) from PyPI ..."
	@rm -rf .tools
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet --only-binary :all: uv==$(UV_VERSION)
	@touch $@
