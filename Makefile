# Roomlens: everything a person or CI runs. `make` alone lists it.
# Needs only make and Python 3.11 or newer; works with GNU make 3.81 (macOS) too.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PORT ?= 3000
DATA ?= data
PHOTOS ?=
ONCE ?=
# jwt: calls need a token (README, "Tokens and tenants")
AUTH ?=
# More options for pytest: make unit PYTEST_ARGS="-k search -x"
PYTEST_ARGS ?=
# And for the mutation check: make mutants MUTANTS="search --survivors"
MUTANTS ?=
# And for the generated calls: make fuzz FUZZ="--seed 7"
FUZZ ?=
# And for the vectors' benchmark: make benchmarks-vectors VECTORS="--rows 10000,100000,1000000 --keep DIR"
VECTORS ?=
# For the proofs: make check-cloud CHECK=checkov
CHECK ?=
# For the locks: make lock UPGRADE=1, make lock URGENT="package that can't wait"
UPGRADE ?=
URGENT ?=

PY := .venv/bin/python
SAM_PY := .venv-sam/bin/python
SUPPLY_PY := .venv-supply/bin/python
# SAM looks for an interpreter of exactly the template's runtime (python3.11) on PATH: the environment's own stands first.
SAM := PATH="$(CURDIR)/.venv-sam/bin:$$PATH" SAM_CLI_TELEMETRY=0 $(SAM_PY) -m samcli

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# As in Lambda with its one vCPU. Two threads that wait for each other on a busy machine cost six times the time of one.
export OPENBLAS_NUM_THREADS := 1

##@ Use it

.PHONY: help
help: ## list these commands
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z][a-z-]*:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: .venv/.models ## make .venv and the model files; costs nothing when nothing changed
	@:

.PHONY: run
run: setup ## start the whole system and show it at work (PORT=, PHOTOS=dir, DATA=dir, ONCE=1, AUTH=jwt)
	@exec $(PY) -m rig up --port "$(PORT)" --data "$(DATA)" \
	  $(if $(PHOTOS),--photos "$(PHOTOS)") $(if $(filter-out 0 no false,$(ONCE)),--once) $(if $(AUTH),--auth "$(AUTH)")

.PHONY: clean-data
clean-data: .venv/.packages ## forget the listings, photos and database that `make run` keeps in DATA
	@$(PY) -m rig clean --data "$(DATA)"

##@ Check it

.PHONY: test
test: lint types template tests ## everything that CI runs

# The floor of coverage (pyproject.toml) is one for all fast tests together, so it does not hold with PYTEST_ARGS. The slow
# ones start whole systems and give them their time: without a tracer, and those of one file one after the other.
.PHONY: tests
tests: setup .venv-sam/.packages .venv-supply/.packages ## all tests, and those of `make sqlite`
ifeq ($(strip $(PYTEST_ARGS)),)
	@$(PY) -m pytest -m "not slow" --cov
	@$(PY) -m pytest -m slow -n auto --dist loadfile
else
	@$(PY) -m pytest $(PYTEST_ARGS)
endif
	@$(MAKE) sqlite

.PHONY: fast
fast: setup ## all tests but the slow ones, on all processors
	@$(PY) -m pytest -m "not slow" $(PYTEST_ARGS)

.PHONY: unit
unit: setup ## the tests that need no database and no process, on all processors
	@$(PY) -m pytest -n auto --dist worksteal -m unit $(PYTEST_ARGS)

.PHONY: sqlite
sqlite: setup ## the tests that need a database, on SQLite; what only PostgreSQL does is deselected, and listed
	@TEST_DATABASE_URL=sqlite:// $(PY) -m pytest -n auto --dist worksteal -m integration $(PYTEST_ARGS)

.PHONY: lint
lint: .venv/.packages ## ruff
	@$(PY) -m ruff check .

.PHONY: types
types: .venv/.packages ## mypy --strict
	@$(PY) -m mypy

.PHONY: check-cloud
check-cloud: setup .venv-sam/.packages .venv-cloud/.packages .venv-supply/.packages ## all that can be proved without an account (CHECK="name ...", CHECK=--quick, CHECK=--list)
	@$(PY) -m tools.check_cloud $(CHECK)

.PHONY: audit
audit: .venv/.packages .venv-supply/.packages ## known faults of the locked packages, where the advisory service can be reached
	@$(PY) -m tools.audit

.PHONY: template
template: .venv-sam/.packages ## sam validate --lint
	@$(SAM) validate --lint --region us-east-1

##@ Change it

.PHONY: format
format: .venv/.packages ## put imports in order and mend what ruff can mend
	@$(PY) -m ruff check --fix-only .

.PHONY: openapi
openapi: setup ## write docs/openapi.json from the functions' routes
	@$(PY) -m tools.build_openapi

.PHONY: build
build: setup .venv-sam/.packages ## sam build: what would be deployed, in .aws-sam/
	@$(SAM) build

.PHONY: sbom
sbom: .venv/.packages .venv-supply/.packages ## after make build: its packages against the locks, and listed in .aws-sam/sbom.cdx.json
	@$(PY) -m tools.sbom .aws-sam/build

.PHONY: lock
lock: .venv-supply/.packages ## write the locks from the requirements*.in (UPGRADE=1, URGENT="package ..."); docs/adr/0029
	@$(SUPPLY_PY) -m tools.lock $(if $(filter-out 0 no false,$(UPGRADE)),--upgrade) $(if $(URGENT),--urgent $(URGENT))

.PHONY: train
train: setup ## learn the head of rooms anew from the photos beside the project; the same photos give the same bytes
	@$(PY) -m training.rooms

.PHONY: benchmarks
benchmarks: setup ## how well rooms are told; README, Measured, has the others
	@$(PY) -m benchmarks.rooms

.PHONY: benchmarks-vectors
benchmarks-vectors: setup .venv-benchmarks/.packages ## searching 10,000 and 100,000 vectors, also by LangChain's store (docs/adr/0013-vector-router.md)
	@$(PY) -m benchmarks.vectors $(VECTORS)

.PHONY: fuzz
fuzz: setup ## 20,000 generated calls by two tenants and by nobody, some minutes (FUZZ="--seed 7 --calls 2000")
	@$(PY) -m tools.fuzz $(FUZZ)

.PHONY: mutants
mutants: .venv/.packages .venv-mutants/.packages ## do the tests notice faults put into the code; 15 minutes (docs/mutants.md)
	@nice .venv-mutants/bin/python -m tools.mutants $(MUTANTS)

.PHONY: clean
clean: ## remove the environments, the caches and what was built; not DATA
	@rm -rf .venv $(OTHERS:%=.venv-%) .mutants .aws-sam .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov \
	  layers/models/roomlens_models/weights
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environments. A stamp says that the work is done; it is older than what it was done from when that changed.

MODEL_TOOL := $(shell find tools/build_models layers/models -name '*.py' 2>/dev/null)
WEIGHTS := layers/models/roomlens_models/weights

.venv/bin/python:
	@sh tools/setup/make-venv .venv

.venv/.packages: requirements-dev.txt | .venv/bin/python
	@sh tools/setup/install .venv requirements-dev.txt
	@touch $@

.venv/.models: .venv/.packages $(MODEL_TOOL) $(if $(wildcard $(WEIGHTS)/*),,no-weights)
	@$(PY) -m tools.build_models
	@touch $@

.PHONY: no-weights
no-weights:

OTHERS := sam cloud supply mutants benchmarks

$(OTHERS:%=.venv-%/bin/python): .venv-%/bin/python:
	@sh tools/setup/make-venv .venv-$*

$(OTHERS:%=.venv-%/.packages): .venv-%/.packages: requirements-%.txt | .venv-%/bin/python
	@sh tools/setup/install .venv-$* requirements-$*.txt
	@touch $@
