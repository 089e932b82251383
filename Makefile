# What can be done here. The work itself stands in scripts/, so that it can be read and run without make.
SHELL := bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
tool := go tool -modfile=tools/go.mod

FUZZ ?= 500000
# Where `make postgres` keeps its cluster; the path must be short, it holds a unix socket.
PGDIR ?= $(shell dirname "$$(mktemp -u)")/amana-postgres-$(shell id -u)

.PHONY: help build demo test lint fmt generate fuzz vuln bench weeks plans forecasts identity screens postgres postgres-stop clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

build: ## the program, bin/amana
	@CGO_ENABLED=0 go build -trimpath -o bin/amana ./cmd/amana

demo: build ## run the week of the operation and show it in the browser
	@bin/amana demo

test: ## the gate: everything that must hold before a change lands
	@scripts/test.sh

lint: ## format, vet and staticcheck, without tests
	@scripts/test.sh lint

fmt: ## format all sources
	@$(tool) gofumpt -w .
	$(tool) templ fmt -log-level error .

generate: ## make generated files anew: pages, goldens and reference pages
	@$(tool) templ generate -log-level error
	go test ./internal/arch ./internal/api -run 'EntryKinds|OpenAPI' -update

fuzz: ## fuzz each parser with FUZZ inputs, a minute or more each by default
	@scripts/fuzz.sh $(FUZZ)

vuln: ## known vulnerabilities, from GOVULNDB (a URL, a folder or a .txz)
	@scripts/vuln.sh

bench: build ## entries a second against the limit of the disk, on SQLite and on PostgreSQL
	@scripts/bench.sh

weeks: build ## whole weeks of 7,000 people with several seeds
	@scripts/weeks.sh

plans: build ## measure plans against plain greedy, the bound and, where Debian's coinor-cbc is installed, CBC
	@bin/amana bench plan --large --replan --convoys

forecasts: build ## events a second of the forecast; SIMGO=FOLDER puts simgo's own examples beside it
	@scripts/forecast.sh

identity: build ## measure how well people are found, and write docs/identity-report.md
	@scripts/identity.sh

screens: build ## take the pictures of the pages for the README
	@scripts/screens.sh

postgres: ## start a private PostgreSQL in PGDIR and print its URL
	@scripts/setup.sh
	scripts/postgres.sh start "$(PGDIR)"

postgres-stop: ## stop it; its data stay
	@scripts/postgres.sh stop "$(PGDIR)"

clean: ## remove what was built
	@rm -rf bin
