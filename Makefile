# Every target needs nothing but a Python of 3.11 or newer; environments are made on the way and reused.
#
#   make test PYTHON=python3.13          another interpreter (the environment is remade when its version changes)
#   make test PYTEST_ARGS="-k softmax"   arguments for pytest
#   make bench BENCH_ARGS="--list"       arguments for the benchmarks

PYTHON ?= python3
VENV ?= .venv
VENV_PARITY ?= .venv-parity
VENV_NUMPY ?= .venv-numpy
VENV_OLDEST ?= .venv-oldest
PYTEST_ARGS ?=
PROGRAMS ?= 50000 # random programs that `make parity` compares with PyTorch
FILES ?= 40000 # damaged files that `make fuzz` reads
INTERRUPTS ?= 20000 # places where `make interrupts` presses Ctrl-C
BENCH_ARGS ?=

# Small arrays gain nothing from a threaded BLAS, and the test processes would fight over the cores.
TEST_ENV := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 MPLBACKEND=Agg
PARALLEL := -n auto --maxprocesses=8
PIP_INSTALL := -m pip install --quiet --disable-pip-version-check

PYTHON_VERSION := $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
PYTHON_IS_NEW := $(shell $(PYTHON) -c 'import sys; print(int(sys.version_info >= (3, 11)))' 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format types parity mutants bench examples numpy-only coverage coverage-gate docs
.PHONY: clean python fuzz interrupts oldest-numpy

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- the two commands of the README

demo: $(VENV)/.has-all  ## train a net on the embedded digits and show what it learned
	$(VENV)/bin/python -m tinygrad_edu demo

test: $(VENV)/.has-dev  ## run the whole test suite
	$(TEST_ENV) $(VENV)/bin/python -m pytest $(PARALLEL) $(PYTEST_ARGS)

# ---- gates

lint: $(VENV)/.has-dev  ## check style and formatting
	$(VENV)/bin/python -m ruff check .
	$(VENV)/bin/python -m ruff format --check .

format: $(VENV)/.has-dev  ## repair style and formatting
	$(VENV)/bin/python -m ruff check --fix .
	$(VENV)/bin/python -m ruff format .

types: $(VENV)/.has-dev  ## check the types of the package, strictly
	$(VENV)/bin/python -m mypy --strict tinygrad_edu

coverage:  ## run the suite, then hold its branch coverage: engine and ops 100 %, the rest 95 %
	$(MAKE) test PYTEST_ARGS="--cov --cov-report= $(PYTEST_ARGS)"
	$(MAKE) coverage-gate

coverage-gate: $(VENV)/.has-dev
	$(VENV)/bin/python -m coverage report --include='tinygrad_edu/engine/*,tinygrad_edu/ops/*' --fail-under=100
	$(VENV)/bin/python -m coverage report --omit='tinygrad_edu/engine/*,tinygrad_edu/ops/*' --fail-under=95

docs: $(VENV)/.has-dev  ## run every code block of the README and the docs
	$(TEST_ENV) $(VENV)/bin/python -m pytest README.md CONTRIBUTING.md docs $(PYTEST_ARGS)

# Each example runs in a folder of its own, as a reader who copied it would, and nothing lands in the checkout.
examples: $(VENV)/.has-dev  ## run every example
	@set -e; root="$$PWD"; for example in examples/[0-9]*.py; do \
		echo "== $$example"; scratch=$$(mktemp -d); \
		(cd "$$scratch" && MPLBACKEND=Agg "$$root/$(VENV)/bin/python" -W error "$$root/$$example" </dev/null); \
		rm -rf "$$scratch"; \
	done

# The built wheel, not the checkout: what is missing in it is missed here.
numpy-only: $(VENV_NUMPY)/.python-$(PYTHON_VERSION)  ## import every module of the wheel where NumPy is all there is
	$(VENV_NUMPY)/bin/python $(PIP_INSTALL) --force-reinstall --no-deps .
	$(VENV_NUMPY)/bin/python $(PIP_INSTALL) "numpy>=2.0"
	$(VENV_NUMPY)/bin/python -I -W error tests/lint/numpy_only.py

# Whether our tests notice mutants, and the whole table once more, does not depend on the version.
oldest-numpy: $(VENV_OLDEST)/.has-oldest  ## run the suite on the oldest NumPy that is declared
	$(VENV_OLDEST)/bin/python -c "import numpy; print('NumPy', numpy.__version__)"
	$(TEST_ENV) $(VENV_OLDEST)/bin/python -m pytest $(PARALLEL) --ignore=tests/mutants \
		--deselect=tests/test_cli_gradcheck.py::test_all_operations $(PYTEST_ARGS)

parity: $(VENV_PARITY)/.has-torch  ## compare with PyTorch, in an environment of its own
	$(VENV_PARITY)/bin/python -c "import torch; print('PyTorch', torch.__version__)"
	$(TEST_ENV) TINYGRAD_EDU_PROGRAMS=$(PROGRAMS) $(VENV_PARITY)/bin/python -m pytest $(PARALLEL) tests/parity $(PYTEST_ARGS)

mutants: $(VENV)/.has-dev  ## break every derivative in fifteen ways: the tests must notice each
	$(TEST_ENV) TINYGRAD_EDU_MUTANTS=all $(VENV)/bin/python -m pytest $(PARALLEL) tests/mutants $(PYTEST_ARGS)

fuzz: $(VENV)/.has-dev  ## read many damaged files with every reader
	$(TEST_ENV) TINYGRAD_EDU_FILES=$(FILES) $(VENV)/bin/python -m pytest -s tests/files $(PYTEST_ARGS)

interrupts: $(VENV)/.has-dev  ## press Ctrl-C at many places of the package
	$(TEST_ENV) TINYGRAD_EDU_INTERRUPTS=$(INTERRUPTS) $(VENV)/bin/python -m pytest $(PARALLEL) \
		tests/test_interrupts.py tests/optim/test_damage.py -k interrupt $(PYTEST_ARGS)

bench: $(VENV_PARITY)/.has-torch  ## measure side by side with PyTorch and NumPy written by hand
	$(VENV_PARITY)/bin/python -m benchmarks $(BENCH_ARGS)

clean:  ## remove the environments and what the tools left behind
	rm -rf .venv .venv-* build dist htmlcov .coverage .coverage.* .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- environments; a stamp says what is installed, and its name says for which Python

python:
	@test "$(PYTHON_IS_NEW)" = 1 || { \
		echo "tinygrad_edu needs Python 3.11 or newer; '$(PYTHON)' is $(or $(PYTHON_VERSION),not there)." >&2; \
		echo "Name another one: make $(or $(MAKECMDGOALS),test) PYTHON=/path/to/python3.11" >&2; exit 1; }

# Targets are named one by one: make would take files known by a pattern alone for intermediate ones and not
# miss them when the version changes.
ENVIRONMENTS := $(VENV) $(VENV_PARITY) $(VENV_NUMPY) $(VENV_OLDEST)
EDITABLE := $(PIP_INSTALL) --editable

$(ENVIRONMENTS:%=%/.python-$(PYTHON_VERSION)): %/.python-$(PYTHON_VERSION): | python
	@echo "-- making $* with Python $(PYTHON_VERSION)"
	@$(PYTHON) -m venv --clear $*
	@touch $@

$(VENV)/.has-all: %/.has-all: pyproject.toml %/.python-$(PYTHON_VERSION)
	@echo "-- installing tinygrad_edu[all] into $*"
	@$*/bin/python $(EDITABLE) ".[all]"
	@touch $@

$(VENV)/.has-dev: %/.has-dev: pyproject.toml %/.python-$(PYTHON_VERSION)
	@echo "-- installing tinygrad_edu[dev] into $*"
	@$*/bin/python $(EDITABLE) ".[dev]"
	@touch $@

$(VENV_PARITY)/.has-torch: %/.has-torch: pyproject.toml %/.python-$(PYTHON_VERSION)
	@echo "-- installing tinygrad_edu[dev] and PyTorch into $*"
	@$*/bin/python $(EDITABLE) ".[dev]" "torch==2.13.0"
	@touch $@

$(VENV_OLDEST)/.has-oldest: %/.has-oldest: pyproject.toml %/.python-$(PYTHON_VERSION)
	@echo "-- installing tinygrad_edu[dev] and NumPy 2.0 into $*"
	@$*/bin/python $(EDITABLE) ".[dev]" "numpy==2.0.*"
	@touch $@
