# What one does with Stillreel; `make help` lists it.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
INSTALLED := .venv/installed
INSTALLED_DEV := .venv/installed-dev
CODE := config kling personas productvideo
# What a server on the internet is asked to have; nothing listens there.
PRODUCTION := PUBLIC_URL=https://videos.example.com SECRET_KEY=only-for-the-deploy-check-0123456789-abcdefghijklmnopqrstuvwxyz
TOO_OLD := Stillreel needs Python 3.11 or newer; name one: make setup PYTHON=/path/to/python3.11 (this is Python
STORM = $(if $(LONG),--videos 400 --seconds 300 --settle 600,--videos 60 --seconds 45) $(if $(SEED),--seed $(SEED))
TOOLS := pyproject.toml requirements-dev.txt

.DEFAULT_GOAL := help
.PHONY: help setup run test chaos check format bench bench-reads bench-library bench-sandbox eval-scenes screenshots password

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r name text; do printf '%-18s%s\n' "$$name" "$$text"; done

setup: $(INSTALLED)  ## make .venv with the pinned packages

run: $(INSTALLED)  ## start everything on http://127.0.0.1:8000/ (another port: make run PORT=8001)
	@$(BIN)/python -m config.run --under-make --port $(PORT)

test: $(INSTALLED_DEV)  ## run all tests, the journeys and the browser too
	$(BIN)/python -m pytest -n 2 -m "not journey and not browser and not chaos"
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "(journey or browser) and not chaos"

chaos: $(INSTALLED_DEV)  ## break everything, alone and at once, and judge what is left (LONG=1: for hours)
	$(if $(LONG),CHAOS_LONG=1 )$(BIN)/python -m pytest -n 2 -m chaos
ifdef LONG
	@$(BIN)/python tests/chaos/storm --setup embedded $(STORM)
	@$(BIN)/python tests/chaos/storm --setup servers $(STORM)
else
	@$(BIN)/python tests/chaos/storm --setup both $(STORM)
endif

check: $(INSTALLED_DEV)  ## lint, format, import contracts, types, migrations, deployment; no tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy $(CODE)
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

format: $(INSTALLED_DEV)  ## let ruff format the code and mend what it can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(INSTALLED_DEV)  ## measure a first start: to the first page, to three films, to the end
	@$(BIN)/python benchmarks/first_start.py

bench-reads: $(INSTALLED_DEV)  ## measure how often Kling is asked for each finished video; a quarter of an hour
	@$(BIN)/python benchmarks/reads.py

bench-library: $(INSTALLED_DEV)  ## measure the pages of the library with 10,000 videos
	@$(BIN)/python benchmarks/library.py

bench-sandbox: $(INSTALLED_DEV)  ## measure the practice Kling with 10,000 tasks
	@$(BIN)/python benchmarks/sandbox.py

eval-scenes: $(INSTALLED_DEV)  ## score the scene writer rule by rule; it is asked only where OPENAI_API_KEY is set
	@$(BIN)/python benchmarks/eval_scenes.py

screenshots: $(INSTALLED_DEV)  ## make the pictures in docs/img from a first start
	$(BIN)/python docs/screenshots.py

password: $(INSTALLED)  ## set a new random password for admin
	@$(BIN)/python -m config.password

# uv, installed through pip, is many times quicker than pip; where it cannot work, pip does the same.
$(INSTALLED): requirements.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "$(TOO_OLD) %d.%d)." % v[:2])'
	@echo "Making .venv ..."
	@$(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment; on Debian: apt install python3-venv"; rm -rf .venv; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements-dev.txt)" || echo "Without uv, then."
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python -r requirements.txt || $(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(INSTALLED_DEV): requirements-dev.txt $(INSTALLED)
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python -r requirements-dev.txt || $(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@
