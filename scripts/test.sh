#!/usr/bin/env bash
# The gate: everything that must hold before a change lands, the cheapest first. `make test` and CI run it.
#
#   scripts/test.sh [lint]
set -euo pipefail
cd "$(dirname "$0")/.."

tool() { go tool -modfile=tools/go.mod "$@" </dev/null; }

took=()
stage() { # stage NAME COMMAND…: runs it, and keeps its time
	local name=$1 begin=$SECONDS code=0
	shift
	printf '\n== %s\n' "$name"
	"$@" || code=$?
	took+=("$(printf '%5d s  %s' $((SECONDS - begin)) "$name")")
	if [ $code != 0 ]; then
		printf '\n== %s: FAILED\n' "$name"
		exit 1
	fi
}

summary() {
	printf '\n'
	printf '%s\n' "${took[@]}"
	printf '%5d s  in all\n' "$SECONDS"
}

format() {
	local bad pages
	bad=$(tool gofumpt -l .) || return 1
	pages=$(find . -name '*.templ' -not -path '*/node_modules/*') || return 1
	if [ -n "$pages" ]; then
		# shellcheck disable=SC2086 # our own paths have no blanks
		tool templ fmt -fail -log-level error $pages || bad+=$'\npages'
	fi
	[ -z "$bad" ] || { printf '%s\nnot formatted: run make fmt\n' "$bad"; return 1; }
}

sums() { find . -name '*_templ.go' -not -path '*/node_modules/*' -exec cksum {} + | sort; }
generated() {
	local before
	before=$(sums)
	tool templ generate -log-level error || return 1
	[ "$before" = "$(sums)" ] || { echo "generated files were not those of their sources; they have been made anew, commit them"; return 1; }
}

modules() {
	go mod tidy -diff && go mod verify && (cd tools && go mod tidy -diff)
}

# Only the race detector needs C; all else is built as the program is, so that nothing is compiled twice.
pure() { CGO_ENABLED=0 "$@" </dev/null; }
vet() { pure go vet ./...; }
static() { pure go tool -modfile=tools/go.mod staticcheck ./...; }
build() { pure go build -trimpath -o bin/amana ./cmd/amana; }
tests() { pure go test ./...; }
# The race detector slows a database in pure Go ten times: -short lowers how often the long tests repeat, and leaves none out.
races() { CGO_ENABLED=1 go test -race -short ./... </dev/null; }

stage "format" format
stage "generated files" generated
stage "modules" modules
stage "go vet" vet
stage "staticcheck" static
if [ "${1:-}" = lint ]; then
	summary
	exit 0
fi

stage "setup" scripts/setup.sh
pg=$(mktemp -d)
finish() {
	scripts/postgres.sh stop "$pg" || true
	rm -rf "$pg"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Without fsync: what these tests ask of PostgreSQL is its answers, not that it outlives a power cut, and they are
# several times as fast. Every other use of scripts/postgres.sh syncs.
AMANA_TEST_POSTGRES=$(scripts/postgres.sh start "$pg" fsync=off synchronous_commit=off full_page_writes=off)
export AMANA_TEST_POSTGRES

stage "build without C" build
stage "tests" tests
stage "whole weeks" scripts/weeks.sh 1500
stage "tests with the race detector" races
stage "fuzzing, 5000 inputs a target" scripts/fuzz.sh 5000
stage "known vulnerabilities (advisory)" scripts/vuln.sh
summary
