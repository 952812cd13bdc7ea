# Everything that a bare machine with Python 3.11 needs: `make demo` and `make test` set up by themselves.

# A bare machine may have it under the second name only.
PYTHON ?= $(shell command -v python3.11 || echo python3)
# More words for pip, for example the index of another torch build (see README).
PIP_ARGS ?=
# Where `make package` puts what it builds (2 GB).
DIST ?= dist
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.setup-$(shell cat pyproject.toml constraints.txt packaging/system-libraries.sh | cksum | cut -d ' ' -f 1)
# Two OpenMP pools that spin for the same cores slow each other many times over.
export OMP_WAIT_POLICY ?= passive

.PHONY: setup models demo test test-farm test-readers lint docs package bench clean

setup: $(STAMP) models

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || { \
	  echo "Dimitra Studio needs Python 3.11, and '$(PYTHON)' is not that." >&2; \
	  echo "Install Python 3.11, or say where it is: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 2; }
	@sh packaging/system-libraries.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python cannot create environments. On Debian and Ubuntu: apt-get install python3.11-venv" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt -e '.[test]'
	@rm -f $(VENV)/.setup-* && touch $@
	@echo "Ready: $(BIN)/dimitra"

models: $(STAMP)
	@$(BIN)/dimitra models install

demo: setup
	@mkdir -p build
	$(BIN)/dimitra generate resources/sample/portrait.png resources/sample/voice.flac -o build/demo.mp4

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup lint
	@sh packaging/test-tools.sh
	$(BIN)/python -m pytest

# Ray (240 MB) is for farms alone, so `make test` does not bring it; where it is installed, `make test` runs these too.
test-farm: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt -e '.[farm]'
	$(BIN)/python -m pytest tests/integration/test_farm.py

# Every format before readers that are not ours, two of them from npm; the table of results comes last.
test-readers: setup
	npm install --silent --no-save --prefix build/readers gltf-validator@2.0.0-dev.3.10 @ffprobe-installer/ffprobe@2.1.2
	chmod +x build/readers/node_modules/@ffprobe-installer/*/ffprobe*
	$(BIN)/python -m pytest -m reader tests/unit/export tests/integration/test_films.py

$(STAMP)-docs: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt -e '.[docs]'
	@touch $@

# Warnings are errors: a link, an anchor or a picture that leads nowhere. Parts that the program writes are new each time (-E).
docs: $(STAMP)-docs
	$(BIN)/python -m sphinx --fail-on-warning --keep-going -E -q -b html -d build/docs-doctrees docs build/docs
	@echo "Read it: build/docs/index.html"

$(STAMP)-package: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt -e '.[package]'
	@touch $@

# A folder that runs without Python, models inside; seen to work; on Debian and Ubuntu also a package of it.
package: setup $(STAMP)-package
	$(BIN)/python -m PyInstaller --noconfirm --log-level WARN --distpath $(DIST) --workpath build/package packaging/dimitra.spec
	$(BIN)/python packaging/smoke.py $(DIST)/dimitra-studio/dimitra
	@if command -v dpkg-deb >/dev/null; then $(BIN)/python packaging/linux/build_deb.py $(DIST)/dimitra-studio $(DIST); fi

bench: setup
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
