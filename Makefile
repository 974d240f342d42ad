# Two words to know: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: demo test lint clean

demo: $(VENV)/.demo
	$(BIN)/python examples/demo.py

test: $(VENV)/.dev lint
	$(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

SOURCES := pyproject.toml CMakeLists.txt $(shell find src tools -name '*.py' -o -name '*.cpp' -o -name '*.hpp' -o -name '*.npy' -o -name '*.html' -o -name '*.css' -o -name '*.js')

$(VENV)/.demo: $(VENV)/bin/python $(SOURCES)
	$(BIN)/pip install --quiet --constraint constraints.txt '.[ocr]'
	touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml CMakeLists.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,ocr]'
	touch $@

clean:
	rm -rf $(VENV) build demo
