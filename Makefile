# What a person does with this tree. `make test` sets up whatever it needs and is all that CI runs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.NOTPARALLEL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

TARGET := $(or $(CARGO_TARGET_DIR),target)
# Tests share one feature set and one profile with the build: every other would compile all dependencies again.
CARGO := cargo
TUTTI := $(abspath $(TARGET))/debug/tutti
TUTTI_RELEASE := $(abspath $(TARGET))/release/tutti
VENV := $(abspath $(TARGET))/venv
BANNER = @printf '\n\033[1m== %s\033[0m\n'

.PHONY: help
help: ## Say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

.PHONY: run
run: ## Build and serve on http://127.0.0.1:8080
	@$(CARGO) run --release --locked

# ---- Tests, the quick ones first -------------------------------------------------------------------------

.PHONY: test
test: lint web-test rust-test protocol-test browser-test ## Everything that must hold, as CI runs it
	$(BANNER) "all of it holds"

.PHONY: lint
lint: fmt web-lint clippy docs deny ## Formatting, lints, types, links in the documentation

.PHONY: fmt
fmt:
	$(BANNER) "formatting"
	@$(CARGO) fmt --check

.PHONY: clippy
clippy:
	$(BANNER) "clippy"
	@$(CARGO) clippy --locked --all-targets -- -D warnings

.PHONY: docs
docs:
	$(BANNER) "links in the documentation"
	# The help of the command line is documentation too, and shows addresses as they are typed.
	@RUSTDOCFLAGS="-D warnings -A rustdoc::bare_urls" $(CARGO) doc --locked --no-deps --document-private-items --quiet

.PHONY: deny
deny:
	$(BANNER) "licences and advisories"
	@if command -v cargo-deny >/dev/null; then
		$(CARGO) deny check
	else
		echo "skipped: cargo-deny is not installed (cargo install cargo-deny)"
	fi

.PHONY: web-lint
web-lint: web-setup
	$(BANNER) "browser client: lint and types"
	@cd web
	npm run --silent lint
	npm run --silent check

.PHONY: web-test
web-test: web-setup
	$(BANNER) "browser client: unit tests"
	@npm --prefix web run --silent test

.PHONY: rust-test
rust-test: tools
	$(BANNER) "the server: unit, property, conformance and crash tests"
	@if command -v cargo-nextest >/dev/null; then
		$(CARGO) nextest run --locked
	else
		$(CARGO) test --locked --lib --bins --tests
	fi
	$(BANNER) "the server: examples in the documentation"
	@$(CARGO) test --locked --doc

.PHONY: protocol-test
protocol-test: build
	$(BANNER) "protocol: Python and JavaScript clients over real sockets"
	@tests/support/debian.sh python3
	tests/support/venv.sh $(VENV)-protocol tests/protocol/requirements.txt
	tests/support/npm-ci.sh tests/protocol
	TUTTI_BIN=$(TUTTI) $(VENV)-protocol/bin/pytest tests/protocol
	TUTTI_BIN=$(TUTTI) npm --prefix tests/protocol run --silent test

.PHONY: browser-test
browser-test: build
	$(BANNER) "browser: two real browsers"
	@tests/support/debian.sh chromium
	tests/support/npm-ci.sh tests/browser
	TUTTI_BIN=$(TUTTI) npm --prefix tests/browser run --silent test

.PHONY: gallery
gallery: build ## Take the pictures of docs/gallery anew, each state through its test
	$(BANNER) "every state of the client"
	@tests/support/debian.sh chromium
	tests/support/npm-ci.sh tests/browser
	rm -f docs/gallery/*.webp
	TUTTI_BIN=$(TUTTI) npm --prefix tests/browser run --silent gallery

# ---- Figures, and the long runs --------------------------------------------------------------------------

.PHONY: bench
bench: ## Criterion: fan-out, journal append, replay
	@$(CARGO) bench --locked

.PHONY: sync-bench
sync-bench: build-release ## Acoustic skew of two browsers, as docs/sync.md publishes it (ARGS="--minutes 2 …")
	$(BANNER) "acoustic skew"
	@tests/support/debian.sh pulseaudio pactl=pulseaudio-utils ffmpeg chromium python3
	tests/support/venv.sh $(VENV)-sync benches/sync/requirements.txt
	tests/support/npm-ci.sh tests/browser
	TUTTI_BIN=$(TUTTI_RELEASE) $(VENV)-sync/bin/python benches/sync/bench.py $(ARGS)

.PHONY: crash-test
crash-test: tools ## KILLS (10,000) kills under load, kills and failures at every system call, CUTS (2,000) power cuts
	$(BANNER) "$(or $(KILLS),10000) kills under load"
	@TUTTI_KILLS=$(or $(KILLS),10000) $(CARGO) test --locked --release --test crash -- --nocapture
	$(BANNER) "kills and failures at every system call"
	@TUTTI_EVERY_CALL=1 $(CARGO) test --locked --release --test journal disk:: -- --nocapture
	$(BANNER) "$(or $(CUTS),2000) power cuts"
	@TUTTI_CUTS=$(or $(CUTS),2000) $(CARGO) test --locked --release --test journal power:: -- --nocapture

.PHONY: fuzz
fuzz: ## Property tests with CASES (100,000) generated cases each instead of a few, and DAMAGE (10,000) damaged journals
	$(BANNER) "$(or $(DAMAGE),10000) damaged journals"
	@TUTTI_DAMAGE=$(or $(DAMAGE),10000) $(CARGO) test --locked --release --test journal damage:: -- --nocapture
	$(BANNER) "$(or $(CASES),100000) cases a property"
	@PROPTEST_CASES=$(or $(CASES),100000) $(CARGO) test --locked --release

# ---- Set-up, each done once ------------------------------------------------------------------------------

.PHONY: tools
tools:
	@tests/support/debian.sh cc=gcc strace

.PHONY: web-setup
web-setup:
	@tests/support/npm-ci.sh web

.PHONY: build
build: tools
	$(BANNER) "the server, as the tests run it"
	@$(CARGO) build --locked

.PHONY: build-release
build-release: tools
	$(BANNER) "the server, as it ships"
	@$(CARGO) build --locked --release
