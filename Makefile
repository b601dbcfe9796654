# Everything one does with Farewell. `make help` lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

# uv looks for interpreters on PATH, in its own store, and then downloads one. pyenv's shims answer only for the
# selected version and make uv fail, so pyenv's real interpreters go at the end of PATH.
PYENV_ROOT ?= $(HOME)/.pyenv
empty :=
space := $(empty) $(empty)
PYENV_BINS := $(subst $(space),:,$(foreach v,3.13 3.12 3.11 3.10,$(wildcard $(PYENV_ROOT)/versions/$(v).*/bin)))
export PATH := $(PATH):$(PYENV_BINS)
UV_VERSION := 0.13.9
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo .tools/bin/uv)
NPM := $(shell npm --version >/dev/null 2>&1 && command -v npm || echo .tools/node/bin/npm)

# Without bytecode Rasa takes nine seconds longer to import, so nobody may switch it off.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPATH := $(CURDIR)
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
# Rasa's old libraries announce on every start that they are old.
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
RASA_CLI = $(RASA_PYTHON) -W ignore::DeprecationWarning -m rasa

PYTHON := .venv/bin/python
FAREWELL := .venv/bin/farewell
RASA_PYTHON := rasa_runtime/.venv/bin/python
APP := .venv/.made
RASA := rasa_runtime/.venv/.made
CONSOLE := bot/console/node_modules/.made
REASONS := models/reasons/meta.json
REASON_SOURCES := data/reasons/train.jsonl data/reasons/calibration.jsonl $(wildcard bot/reasons/*.py encoder/*.py)
MEGABYTES_NEEDED := 4000

.PHONY: help setup start demo-data test test-fast test-crash test-campaign bench understanding winback lint audit train encoder lock shell validate rasa-test clean dialogue

help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(APP) $(RASA) $(CONSOLE) .env $(REASONS) dialogue ## Make both Python environments, .env and the trained models (done once, goes on where it stopped)

start: setup ## Set up what is missing, start everything, and say where to click
	@exec $(FAREWELL) start

demo-data: setup ## Add 50 invented customers to try winning back on: who left, why, and who hears from us when
	@$(FAREWELL) migrate
	@$(FAREWELL) demo mail
	@$(FAREWELL) demo data

train: $(APP) $(RASA) ## Train both models anew
	@$(FAREWELL) reasons train
	@$(RASA_PYTHON) -m rasa_runtime.train

# ---- Environments ------------------------------------------------------------------------------------------------

define room
	@[ $$(df -Pk . | awk 'NR==2 {print int($$4/1024)}') -ge $(MEGABYTES_NEEDED) ] || \
	 { echo "The disk is too full: setting up needs $(MEGABYTES_NEEDED) MB free here. Make room and run make again."; exit 1; }
endef

$(APP): requirements/app.txt pyproject.toml | $(UV)
	$(room)
	@echo "Application environment (.venv, about 0.9 GB)"
	@$(UV) venv -q --allow-existing --python '>=3.11,<3.14' .venv || \
	 { echo "Python 3.11, 3.12 or 3.13 is missing and could not be fetched: install one (your system's package, or pyenv install 3.12) and run make again."; exit 1; }
	@$(UV) pip sync -q --python .venv --require-hashes --compile-bytecode requirements/app.txt || $(half_done)
	@$(UV) pip install -q --python .venv --no-deps --no-build-isolation -e . || $(half_done)
	@rm -f .venv/.dev && touch $@

$(RASA): rasa_runtime/requirements.txt | $(UV)
	$(room)
	@echo "Rasa environment (rasa_runtime/.venv, about 1.6 GB)"
	@$(UV) venv -q --allow-existing --python '>=3.10,<3.11' rasa_runtime/.venv || \
	 { echo "Python 3.10 is missing and could not be fetched: Rasa needs it. Install it (pyenv install 3.10, or your system's package) and run make again."; exit 1; }
	@$(UV) pip sync -q --python rasa_runtime/.venv --require-hashes --compile-bytecode rasa_runtime/requirements.txt || $(half_done)
	@$(without_headers)
	@rm -f rasa_runtime/.venv/.dev && touch $@

# TensorFlow brings 147 MB of C++ headers for those who compile extensions of it, which nobody does here.
without_headers = rm -rf rasa_runtime/.venv/lib/python3.10/site-packages/tensorflow/include

half_done = { echo "The environment is only half there (no network, or no room?). Run make again: it goes on from here."; exit 1; }

.venv/.dev: requirements/dev.txt $(APP)
	@echo "Development tools"
	@$(UV) pip sync -q --python .venv --require-hashes --compile-bytecode requirements/dev.txt || $(half_done)
	@$(UV) pip install -q --python .venv --no-deps --no-build-isolation -e . || $(half_done)
	@touch $@

rasa_runtime/.venv/.dev: rasa_runtime/requirements-dev.txt $(RASA)
	@$(UV) pip sync -q --python rasa_runtime/.venv --require-hashes --compile-bytecode rasa_runtime/requirements-dev.txt || $(half_done)
	@$(without_headers)
	@touch $@

.tools/bin/uv:
	@echo "uv (in .tools, as there is none on this machine)"
	@python3 -m venv .tools && .tools/bin/python -m pip install -q --require-hashes -r requirements/uv.txt || \
	 { echo "uv could not be installed: python3 with venv and pip, and a way to a package index, are needed."; exit 1; }

.tools/node/bin/npm: requirements/node.txt | $(UV)
	@echo "Node (in .tools, as there is none on this machine)"
	@$(UV) venv -q --allow-existing .tools/node && $(UV) pip sync -q --python .tools/node --require-hashes requirements/node.txt

$(CONSOLE): bot/console/package-lock.json | $(NPM)
	@echo "Scripts of the console"
	@PATH="$(dir $(abspath $(NPM))):$$PATH" $(NPM) ci --silent --no-audit --no-fund --prefix bot/console || \
	 { echo "npm could not fetch the console's scripts: check the network and run make again."; exit 1; }
	@touch $@

.env: | $(APP)
	@$(FAREWELL) setup

# ---- Models ------------------------------------------------------------------------------------------------------

$(REASONS): $(REASON_SOURCES) | $(APP)
	@$(FAREWELL) reasons train

# Whether it is missing, damaged or made from other files is told by hashes, which survive a checkout's new dates.
dialogue: $(RASA)
	@$(RASA_PYTHON) -m rasa_runtime.model_file || { echo "Training it (about a minute)"; $(RASA_PYTHON) -m rasa_runtime.train; }

# Not part of `train`: it takes half an hour and 4 GB, and what it makes is committed. A new one needs its hash in
# encoder/model_files.py, and both models trained on it.
encoder: | $(UV) ## Fine-tune the sentence encoder anew on data/reasons/train.jsonl (half an hour)
	@$(UV) venv -q --allow-existing --python '>=3.11,<3.14' .tools/encoder
	@$(UV) pip sync -q --python .tools/encoder --require-hashes requirements/encoder.txt
	@.tools/encoder/bin/python models/encoder/fine_tune.py

shell: dialogue ## Talk to the bot in the terminal (needs `make start` in another one)
	@$(PYTHON) -m bot.start.rasa_shell

validate: $(RASA) ## rasa data validate, warnings are errors
	@$(RASA_CLI) data validate --fail-on-warnings --data data --domain domain.yml

rasa-test: dialogue ## rasa test over the test stories
	@$(RASA_CLI) test core --model models/dialogue.tar.gz --stories tests/dialogue --e2e --fail-on-prediction-errors --out var/rasa_test

# ---- Tests -------------------------------------------------------------------------------------------------------

lint: .venv/.dev ## ruff, mypy, import-linter
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache

test-fast: .venv/.dev $(CONSOLE) $(REASONS) ## Unit and contract tests (a minute and a half on two cores)
	@$(PYTHON) -m pytest -n 2 --dist loadscope tests/unit tests/contract

test: .venv/.dev rasa_runtime/.venv/.dev $(CONSOLE) $(REASONS) dialogue lint validate rasa-test ## Everything: lint, unit, contract, integration, runtime, dialogue, scenarios, browser
	@$(RASA_PYTHON) -m pytest -c tests/runtime/pytest.ini tests/runtime
	@$(PYTHON) -m pytest -n 2 --dist loadscope --no-loadscope-reorder

test-crash: .venv/.dev $(RASA) $(REASONS) dialogue ## 200 conversations while every process is killed again and again: is anything lost? (8 minutes)
	@$(PYTHON) -m tests.crash

test-campaign: .venv/.dev $(RASA) $(REASONS) dialogue ## 5,000 people are due while the application is killed five times: does anybody hear twice? (8 minutes)
	@$(PYTHON) -m tests.campaign

bench: $(APP) $(REASONS) dialogue ## Measure turns a second, waiting times, start and memory beside stock Rasa (8 minutes)
	@$(PYTHON) -m bench

understanding: .venv/.dev $(REASONS) dialogue ## Measure what is understood beside stock Rasa, and write docs/understanding.md (20 minutes the first time, then 3)
	@$(PYTHON) -m bench.understanding

winback: .venv/.dev ## Simulate a year of winning back, have it judged, and draw the pictures of docs/winback.md (a minute)
	@$(PYTHON) -m bench.winback

# Auditing what is installed, not the lock: the Rasa lock's lines are for Python 3.10, and pip-audit runs under a newer one,
# for which they would all be passed over. --strict fails where the index knows no advisories, instead of finding "nothing".
audit: .venv/.dev $(RASA) ## Known vulnerabilities in both environments, as locked
	@failed=0; for site in .venv/lib/python3.*/site-packages rasa_runtime/.venv/lib/python3.10/site-packages; do \
	 echo "$$site"; .venv/bin/pip-audit --strict --progress-spinner off --path "$$site" || failed=1; done; exit $$failed

lock: | $(UV) ## Lock all environments anew
	@for lock in "3.11 pyproject.toml requirements/app.txt" "3.11 pyproject.toml requirements/dev.txt --group dev" \
	 "3.10 rasa_runtime/pyproject.toml rasa_runtime/requirements.txt" "3.10 rasa_runtime/pyproject.toml rasa_runtime/requirements-dev.txt --group rasa_runtime/pyproject.toml:dev" \
	 "3.11 requirements/encoder.in requirements/encoder.txt --no-config" "3.9 requirements/node.in requirements/node.txt --no-config" "3.9 requirements/uv.in requirements/uv.txt --no-config"; do set -- $$lock; version=$$1 from=$$2 to=$$3; shift 3; \
	 $(UV) pip compile -q --upgrade --universal --generate-hashes --no-annotate --custom-compile-command "make lock" --python-version $$version $$from -o $$to $$@ || exit 1; done

clean: ## Remove what was made here, but .env and the data in var/
	@rm -rf .venv rasa_runtime/.venv .tools bot/console/node_modules models/dialogue* models/reasons models/reasons.* .mypy_cache .ruff_cache .pytest_cache
