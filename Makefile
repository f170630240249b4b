# One door for every command. `make` alone explains itself.

.DEFAULT_GOAL := help
.PHONY: help run test faults check bench install format clean

# Where pyenv manages Pythons, its shims answer only for the versions named here:
# the root project wants 3.11 or newer (named first), Rasa's environment wants 3.10.
PYENV_PYTHONS := $(shell command -v pyenv >/dev/null 2>&1 && \
	{ pyenv versions --bare | grep -E '^3\.1[1-3]\.[0-9]+$$' | sort -V; \
	  pyenv versions --bare | grep -E '^3\.10\.[0-9]+$$' | sort -V | tail -n 1; } | paste -sd: -)
ifneq ($(PYENV_PYTHONS),)
export PYENV_VERSION := $(PYENV_PYTHONS)
endif

UV := .tools/bin/uv
UV_REQUIREMENT := uv>=0.9,<1
PYTHON := .venv/bin/python

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

run: .venv/.ready bot/.venv/.ready ## Set everything up and start the whole system with a demo mailbox
	@.venv/bin/ankomst run

test: install ## Run the whole test suite (sets up what it needs)
	@scripts/install-test-packages
	$(PYTHON) -m pytest -n 2 --dist loadfile --durations=40 $(PYTEST_OPTIONS)

faults: .venv/.ready ## Sort thousands of mails while everything fails; FAULTS="--mails 3000 --minutes 12 --faults 1 --seed 1 --database sqlite --server copy"
	@scripts/install-test-packages
	$(PYTHON) -m tests.faults $(FAULTS)

check: .venv/.ready ## Format, lint, types and import contracts
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	PYTHONPATH=. .venv/bin/lint-imports

bench: install ## Measure a chat turn, a triaged mail and a search; BENCHMARKS=load for 100 people at once, =triage for an inbox, =understanding and =mails for the models
	GOMP_SPINCOUNT=1000 $(PYTHON) -m benchmarks $(BENCHMARKS)

format: .venv/.ready ## Format the code and mend what lint can mend
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

install: .venv/.ready bot/.venv/.ready ## Make both environments without starting anything

clean: ## Remove environments and caches (keeps var/, the data)
	rm -rf .venv bot/.venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(UV):
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Ankomst needs Python 3.11 or newer as python3; found $$(python3 --version 2>&1)." >&2; exit 1; }
	@echo "Fetching uv, which installs everything else …"
	@python3 -m venv .tools || \
	  { echo "python3 cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@.tools/bin/python -m pip install --quiet '$(UV_REQUIREMENT)' || \
	  { echo "uv could not be fetched from the package index: check the network, then run make again." >&2; exit 1; }

.venv/.ready: $(UV) pyproject.toml uv.lock
	@echo "Installing the packages of the system …"
	@$(UV) sync --quiet --locked || \
	  { echo "The packages could not be installed: check the network and the lines above, then run make again." >&2; exit 1; }
	@touch $@

bot/.venv/.ready: $(UV) bot/pyproject.toml bot/uv.lock
	@echo "Installing Rasa's environment (2.7 GB, Python 3.10) …"
	@$(UV) python find --quiet 3.10 >/dev/null 2>&1 || $(UV) python install --quiet 3.10 || \
	  { echo "Rasa needs Python 3.10: none is installed and none could be fetched. Install python3.10, then run make again." >&2; exit 1; }
	@cd bot && ../$(UV) sync --quiet --locked || \
	  { echo "Rasa's packages could not be installed: check the network and the disk (3 GB), then run make again." >&2; exit 1; }
	@touch $@
