# `make` says what there is. Nothing here needs more than a checkout, Swift 6.3 and Debian's packages.
.DEFAULT_GOAL := help
.PHONY: help setup demo build test lint words bench crash chaos attack screens fuzz clean
MAKEFLAGS += --no-print-directory

help: ## Say what there is
	@sed -n 's/^\([a-z]*\): .*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-7s %s\n", $$1, $$2 }'

setup: ## Install what is missing to build and to test (apt-get, .build/venv)
	@Tools/setup.sh test

demo: ## Build a release and play the whole main job, step by step
	@Tools/setup.sh build
	@Tools/build-release.sh
	@.build/release/usher demo

build: ## Build the release binary, .build/release/usher
	@Tools/setup.sh build
	@Tools/build-release.sh

test: ## Run every test
	@Tools/setup.sh test
	@Tools/test.sh

lint: ## Check the format, the scripts and the embedded files; changes nothing
	@Tools/lint.sh

words: ## Gather all messages into templates/words/usher.pot, and merge them into each language's catalogue
	@Tools/setup.sh test
	@Tools/words.sh

bench: ## Run the benchmarks; minutes
	@Tools/setup.sh bench
	@missed=; for script in Benchmarks/*/run.sh; do echo "== $$script"; "$$script" || missed="$$missed $$script"; done; \
		[ -z "$$missed" ] || { echo "missed a target, or failed:$$missed" >&2; exit 1; }

crash: ## Kill a working Usher 200 times, and 100 migrations, and check that nothing is lost; minutes
	@Tools/setup.sh test
	@USHER_CRASH_KILLS=200 Tools/test.sh --filter Crash

chaos: ## Kill, stop and cut off three nodes while 10,000 people get their accounts, or as CHAOS='--seed 7 …' says; up to an hour
	@Tools/setup.sh test
	@Tools/build-release.sh
	@USHER_TEST_PROGRAM=$(CURDIR)/.build/release/usher .build/venv/bin/python3 -B Tests/WebTests/Serving/chaos.py --links best $(CHAOS)

attack: ## Attack a service on this machine by every route, and print what held; minutes
	@Tools/setup.sh test
	@swift build
	@.build/venv/bin/python3 Tests/WebTests/Serving/attack.py

screens: ## Keep a picture of every page in .build/screens, in each language, size and theme; minutes
	@Tools/setup.sh test
	@swift build
	@set -e; for script in Tests/WebTests/Browser/*_journey.py; do \
		USHER_TEST_SCREENS=.build/screens .build/venv/bin/python3 "$$script" all; done

fuzz: ## Feed the reader of definitions with nonsense for FUZZ_SECONDS (60)
	@Tools/setup.sh build
	@Tools/fuzz.sh

clean: ## Remove what was built
	rm -rf .build
