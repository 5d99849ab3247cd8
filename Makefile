# The two commands: `make run` and `make test`. Everything else is a part of them or for maintainers.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
SHARED := -n logical --dist worksteal
SOAKS := soak-lives soak-kill soak-streams soak-rebuild soak-webhooks soak-channels soak-sources soak-imports soak-followers soak-contract soak-doors soak-outages soak-attack soak-fuzz soak-consultations soak-damage soak-projection soak-cache

.PHONY: run check test test-full soak $(SOAKS) style lint bench bench-cache bench-search bench-ranking bench-legal bench-structure bench-press bench-same bench-campaigns bench-comments bench-import bench-scale bench-peers contracts promise assets lock clean

$(VENV)/.run: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=python3.12 make …)."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the hub's libraries …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	@echo "Installing the tools of the tests …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

## Fetch the playground's and the docs' pages (npm packages, verified by hash).
assets: $(VENV)/.run
	@$(BIN)/python -m hub.web.assets

## Run the whole hub on this machine: make run ARGS="--port 9000 --data DIR"
run: $(VENV)/.run
	@$(BIN)/python -m hub.web.assets || echo "The playground's pages are missing; the API runs without them."
	@exec $(BIN)/hub up $(ARGS)

## Style, and which room may import which.
style: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

## Style, imports and types.
lint: style
	$(BIN)/mypy

## The inner loop, under a minute: lint, and the tests that need no server and start no process.
check: lint
	@$(BIN)/python -m hub.web.assets
	$(BIN)/pytest -m "pure and not full and not soak" $(SHARED) --quiet $(ARGS)

## Prove each promise at small size (≤ 10 minutes on two quiet cores). build/durations.txt says what took how long.
# Types are checked beside the tests: without its cache, mypy works for a minute or two on one core.
test: style
	@$(BIN)/python -m hub.web.assets
	@mkdir -p build
	@$(BIN)/mypy >build/types.txt 2>&1 & types=$$!; \
	$(BIN)/pytest -m "not full and not soak" $(SHARED) $(ARGS); code=$$?; \
	wait $$types || code=1; cat build/types.txt; exit $$code

## Prove the promises with the counts that the issues state (≤ 25 minutes on two quiet cores).
test-full: $(VENV)/.dev
	@$(BIN)/python -m hub.web.assets
	$(BIN)/pytest -m full $(SHARED) $(ARGS)

## Counts too large for every run, one target for each promise; each ends with its figures. All of them take hours.
soak: $(SOAKS)

## Tens of thousands of random lives of documents, and of consultations with their comments; a thousand random contents.
soak-lives: TESTS = tests/system/lives tests/hub/content/test_publishable.py
## Publishing through a thousand kill -9 of the API and the worker.
soak-kill: TESTS = tests/hub/manage/test_crash.py
## Thousands of open streams, which all hear of a publication.
soak-streams: TESTS = tests/hub/changes/test_sse.py
## The index of a hundred thousand documents built anew while others publish and search.
soak-rebuild: TESTS = tests/search/meilisearch/test_reindex.py
## Webhook messages delivered in order through hundreds of kill -9 of two workers.
soak-webhooks: TESTS = tests/hub/webhooks/test_killed_worker.py
## Workers killed a hundred times while channels send: nothing twice, and never live without a copy.
soak-channels: TESTS = tests/hub/channels
## Sources taken in by schedule through hundreds of kill -9.
soak-sources: TESTS = tests/ingest/sources/test_killed.py
## An import of ten thousand documents followed through tens of kill -9 of the worker.
soak-imports: TESTS = tests/system/main_line/test_main_line.py
## Hundreds of histories, told alike by every follower.
soak-followers: TESTS = tests/system/followers
## Tens of thousands of generated requests against the REST contract.
soak-contract: TESTS = tests/system/clients/test_contract_is_true.py
## The memory of the API while strangers leave open whatever they can.
soak-doors: TESTS = tests/hub/web/server/test_memory.py
## Each part killed, hung and starved a hundred times during publishing, import and delivery.
soak-outages: TESTS = tests/system/outages
## Every door attacked by many at once while editors publish and documents are due.
soak-attack: TESTS = tests/system/attack
## A hundred thousand odd requests, GraphQL arguments, commands, values and pasted pages.
soak-fuzz: TESTS = tests/system/fuzz tests/hub/web/test_odd_values.py tests/hub/domain/test_pasted_html.py tests/system/browser/test_pasted_in_chromium.py
## A thousand comments around an end that is extended a second before, over two processes.
soak-consultations: TESTS = tests/hub/consultation/submission/test_closing.py

## Twenty thousand records with one field damaged, read and planned: no official document is lost.
soak-damage: TESTS = tests/ingest/damage
## Twenty thousand random GraphQL documents, projected and by graphql-core alone.
soak-projection: TESTS = tests/schema/projection

## Ten minutes of readers of two processes beside editors: no answer is older than the last commit before its request.
soak-cache: TESTS = tests/hub/answer_cache/test_staleness.py

$(SOAKS): $(VENV)/.dev
	$(BIN)/pytest -m soak $(TESTS) --quiet $(ARGS)

## Requests per second as ratios to a bare "hello" of the same server.
bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench $(ARGS)

## Answers from the answer cache beside a bare "hello", in turns: make bench-cache ARGS="--megabytes 0"
bench-cache: $(VENV)/.dev
	$(BIN)/python -m tests.bench.kept_answers $(ARGS)

## How good the search is, beside plain BM25 and Meilisearch as it comes: nDCG, MRR, hits, milliseconds.
bench-search: $(VENV)/.dev
	$(BIN)/python -m tests.bench.search $(ARGS)

## Weights of the ranking by cross-validation, without a hub: make bench-ranking ARGS="--relevance FOLDER"
bench-ranking: $(VENV)/.dev
	$(BIN)/python -m tests.bench.ranking $(ARGS)

## Whole documents put together from real articles and read again: make bench-structure ARGS="--data FOLDER"
bench-structure: $(VENV)/.dev
	$(BIN)/python -m tests.bench.structure $(ARGS)

## How well citations are found and resolved: make bench-legal ARGS="--data FOLDER"
bench-legal: $(VENV)/.dev
	$(BIN)/python -m tests.bench.legal $(ARGS)

## Which planted bursts of news are found: make bench-press ARGS="--data FOLDER"
bench-press: $(VENV)/.dev
	$(BIN)/python -m tests.bench.press $(ARGS)

## How well doubles are known again: make bench-same ARGS="--data FOLDER"
bench-same: $(VENV)/.dev
	$(BIN)/python -m tests.bench.dedup $(ARGS)

## How well near copies among 10,000 comments are grouped: precision, recall, seconds, megabytes.
bench-campaigns: $(VENV)/.dev
	$(BIN)/python -m tests.bench.campaigns $(ARGS)

bench-comments: $(VENV)/.dev
	$(BIN)/python -m tests.bench.stored_comments $(ARGS)

## What an import of 20,000 records costs: memory, speed, and what readers and editors feel meanwhile.
bench-import: $(VENV)/.dev
	$(BIN)/python -m tests.bench.imports $(ARGS)

## What each public question takes with 10,000 to 1,000,000 documents: make bench-scale ARGS="--sizes 10000,100000,1000000"
bench-scale: $(VENV)/.dev
	$(BIN)/python -m tests.bench.scale $(ARGS)

## Reads of 10,000 documents beside PostGraphile, and Directus with ARGS=--directus: ratios within one run. Needs Node and wrk.
bench-peers: $(VENV)/.dev
	$(BIN)/python -m tests.bench.peers $(ARGS)

## Write schema.graphql and openapi.json anew; fails unless CHANGELOG.md names every difference from what was promised.
contracts: $(VENV)/.dev
	$(BIN)/python -m schema.sdl
	$(BIN)/python -m hub.openapi
	$(BIN)/python -m tests.contract

## A release: what the contracts say now is promised from now on (docs/contracts).
promise: $(VENV)/.dev
	$(BIN)/python -m tests.contract --promise

## Lock the libraries with hashes. What runs is held to what is tested: one version of each in both files.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --extra build --extra dev pyproject.toml -o requirements-dev.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --extra build -c requirements-dev.txt pyproject.toml -o requirements.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build *.egg-info
