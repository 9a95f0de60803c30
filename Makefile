# The front door. `make book` builds the book, `make test` runs every test; both set up what they need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready-$(shell cat requirements.txt pyproject.toml package-lock.json 2>/dev/null | cksum | cut -d' ' -f1)
STARTED := $(shell date +%s)

.DEFAULT_GOAL := help
.PHONY: help setup system book serve test test-fast lint release explorers grade bench notebooks requirements clean

help:           ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

$(READY): requirements.txt pyproject.toml package-lock.json bookkit/setup.sh
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh bookkit/setup.sh
	@rm -f $(VENV)/.ready-* && touch $@

setup: $(READY) ## make the virtual environment with every pinned package

system:         # what tests need from the operating system: Chromium
	@sh bookkit/system.sh

book: $(READY)  ## build the whole book into _build/html
	@$(BIN)/python -m bookkit.build

serve: $(READY) ## serve the built book, compressed, as GitHub Pages does
	@$(BIN)/python -m bookkit.serve

lint: $(READY)  ## ruff and mypy
	@$(BIN)/python -m bookkit.run_tests --lint

test: $(READY) system ## run every test, and say what each part has cost
	@$(BIN)/python -m bookkit.run_tests --since $(STARTED)

test-fast: $(READY) lint ## the tests of the package, within three minutes
	@$(BIN)/python -m pytest -q -n 2 tests/unit

release: $(READY) ## generate exercises/ from solutions/
	@$(BIN)/python -m bookkit.release

explorers: $(READY) ## bundle the explorers for notebooks, and draw their default frames
	@$(BIN)/python -m bookkit.explorers

grade: $(READY) ## autograde, and make feedback for, everything that was submitted
	@$(BIN)/python -m bookkit.grade $(ASSIGNMENT)

notebooks: $(READY) ## turn the chapters into clean notebooks, in _build/notebooks
	@$(BIN)/python -m bookkit.publish

bench: $(READY) ## run the benchmarks, each prints a table
	@for script in bench/*.py; do $(BIN)/python $$script || exit 1; done

requirements: $(READY) ## compile requirements.txt from pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --extra test --extra book --extra grade \
	  --extra student --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  pyproject.toml -o requirements.txt

clean:          ## remove everything that was built (grading/, with the gradebook, stays)
	rm -rf _build
