# The one way to set up, run and check Emprise. Works from any folder (make -C CHECKOUT ...), as root or not.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup run web test search coverage test-slow lint format lock

BIN := .venv/bin
PORT ?= 8000
# One more than the two cores this is measured on: tests wait for databases and processes they start
WORKERS ?= 3
LOCK_OPTIONS := -q --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links --no-header --strip-extras --no-annotate

# Tests bring a database of their own, whatever this shell is set to use
TEST_ENVIRONMENT := env -u DATABASE_URL -u DATABASE_ADMIN_URL
EVERYDAY := $(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "not slow"

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: ## make .venv and install PostgreSQL with PostGIS where missing; afterwards .venv/bin/emprise works
	@scripts/setup

run: setup ## load the sample, print its matches and a planner link, serve on http://127.0.0.1:8000 (PORT=8123)
	@exec $(BIN)/emprise run --port $(PORT)

web: setup ## build the page of /app/ (setup does where its sources have changed) and check its types against the API
	@$(BIN)/python scripts/make_web.py --check

test: ## set up, lint, and run the whole test suite
	@$(TEST_ENVIRONMENT) scripts/setup
	@scripts/install-browser
	@scripts/lint
	@$(TEST_ENVIRONMENT) $(EVERYDAY) $(ARGS)

search: ## the same suite with random examples where `make test` tries the same ones every time
	@$(TEST_ENVIRONMENT) scripts/setup
	@$(TEST_ENVIRONMENT) $(EVERYDAY) --hypothesis-profile=search $(ARGS)

coverage: ## the same suite with branch coverage, which takes longer; fails under the floor of pyproject.toml
	@$(TEST_ENVIRONMENT) scripts/setup
	@$(TEST_ENVIRONMENT) $(EVERYDAY) --cov --cov-branch --cov-report=term $(ARGS)

test-slow: ## set up and run the long proofs and the benchmarks
	@$(TEST_ENVIRONMENT) scripts/setup
	@$(TEST_ENVIRONMENT) $(BIN)/pytest -m slow --hypothesis-profile=search tests bench $(ARGS)

lint: setup ## check style, types, layers, Dockerfile and compose.yaml
	@scripts/lint

format: setup ## put the sources into the one format
	@$(BIN)/ruff check --quiet --fix && $(BIN)/ruff format --quiet

lock: setup ## make the lock files again from pyproject.toml (names, versions and hashes; no address)
	@$(BIN)/pip-compile $(LOCK_OPTIONS) --extra setup -o requirements-run.lock pyproject.toml
	@$(BIN)/pip-compile $(LOCK_OPTIONS) --extra setup --extra dev -o requirements-dev.lock pyproject.toml
