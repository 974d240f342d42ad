# Words to know: `make demo`, `make test` (the gate, some minutes), `make test-all` (everything).
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# Every version, direct and indirect, is the one in constraints.txt, that of pip and of build tools too.
# Python writes the bytecode of what is used; that of whole packages would be 130 MB.
PINNED := --quiet --quiet --no-compile --constraint constraints.txt
INSTALL := $(BIN)/python -m pip install $(PINNED) --build-constraint constraints.txt

GROUPS := --group lint --group test
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test test-all test-latest fast lint lock clean

demo: $(VENV)/.demo
	$(BIN)/python examples/demo.py

test: $(VENV)/.test
	@$(MAKE) --no-print-directory --jobs 2 fast lint

test-all: $(VENV)/.test-all lint
	$(PYTEST) --tier all --jaxtyping-packages=trovato,beartype.beartype

fast: $(VENV)/.test
	$(PYTEST)

lint: $(VENV)/.test
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy

# The newest versions that the ranges in pyproject.toml allow: says what moved, and whether it works.
test-latest:
	$(PYTHON) -m venv --clear .venv-latest
	.venv-latest/bin/python -m pip install --quiet --quiet --upgrade pip
	.venv-latest/bin/python -m pip install --quiet --quiet --constraint constraints.in \
	  --editable '.[all]' $(GROUPS) --group test-all
	.venv-latest/bin/python tools/moved_versions.py constraints.txt
	.venv-latest/bin/python -m pytest --numprocesses 2 --dist loadfile --tier all

# Pins again what pyproject.toml asks for; `make lock UPGRADE=--upgrade` takes the newest.
lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --quiet uv
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --all-extras \
	  $(GROUPS) --group test-all --group bench --constraint constraints.in --no-annotate \
	  --custom-compile-command 'make lock' $(UPGRADE) --output-file constraints.txt pyproject.toml

$(VENV)/.pip: constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(PINNED) pip
	touch $@

NATIVE  := pyproject.toml CMakeLists.txt constraints.txt $(wildcard src/kernels/*.?pp src/kernels/*/* tools/*.py tools/build/*.py)
SOURCES := $(shell find src/trovato -name '*.py' -o -name '*.npy' -o -name '*.html' -o -name '*.css' -o -name '*.js')

$(VENV)/.demo: $(VENV)/.pip $(NATIVE) $(SOURCES)
	$(INSTALL) '.[ocr]'
	touch $@

$(VENV)/.test: $(VENV)/.pip $(NATIVE)
	$(INSTALL) --editable '.[logs,recommend]' $(GROUPS)
	touch $@

$(VENV)/.test-all: $(VENV)/.pip $(NATIVE)
	$(INSTALL) --editable '.[all]' $(GROUPS) --group test-all
	touch $@ $(VENV)/.test

clean:
	rm -rf .venv .venv-latest .venv-lock build demo
