#!/usr/bin/env bash
# Measures how well people are told apart and found again, peers beside in the same run, and writes docs/identity-report.md.
#
#   scripts/identity.sh [FOLDER]      the results are kept in FOLDER; what is there already is not measured again
#
#   PEOPLE="1000000 10000000"  sizes of amana bench identity; ten million need 3 GB and some minutes
#   REGISTER=100000            people in the register that files of queries are asked of
#   PEER=1                     measure moov-io/watchman too (tools/peer); its modules are fetched
#   NAME_BENCH=cases.csv       nomenklatura's contrib/name_bench/cases.csv, which we do not distribute
set -euo pipefail
if [ $# -gt 0 ]; then
	mkdir -p "$1"
	set -- "$(cd "$1" && pwd)"
fi
[ -z "${NAME_BENCH:-}" ] || NAME_BENCH=$(realpath "$NAME_BENCH")
cd "$(dirname "$0")/.."

people=${PEOPLE:-1000000}
register=${REGISTER:-100000}
watched=300 # queries that watchman is asked: it takes long
if [ $# -gt 0 ]; then
	work=$1
else
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
fi

amana=bin/amana
measure() { # measure NAME COMMAND…: keeps what a command prints as NAME.json, unless that is there
	local name=$1
	shift
	[ -s "$work/$name.json" ] && return
	printf '== %s\n' "$name" >&2
	"$@" >"$work/$name.part"
	mv "$work/$name.part" "$work/$name.json"
}

[ -e "$work/register.tsv" ] || "$amana" identity generate --half test --people "$register" --out "$work" >/dev/null
measure eval "$amana" identity eval --baselines --slices "$work/pairs.slices" "$work/pairs.tsv"
profiles="noisy_birth altered clean cross_script name_only"
for p in $profiles; do
	measure "rank-$p" "$amana" identity rank --baselines --baseline-queries "$watched" \
		--register "$work/register.tsv" --queries "$work/queries-$p.tsv" --slices "$work/queries-$p.slices"
done
for n in $people; do
	measure "bench-$n" "$amana" bench identity --people "$n"
done
if [ "${PEER:-0}" = 1 ]; then
	[ -x "$work/peer" ] || (cd tools/peer && CGO_ENABLED=0 go build -o "$work/peer" .)
	measure peer-eval "$work/peer" eval "$work/pairs.tsv"
	for p in $profiles; do
		measure "peer-rank-$p" "$work/peer" rank "$work/register.tsv" "$work/queries-$p.tsv" "$watched"
	done
fi
if [ -n "${NAME_BENCH:-}" ]; then
	"$amana" identity generate --name-bench "$NAME_BENCH" --out "$work" >/dev/null
	measure cases "$amana" identity eval --baselines --slices "$work/cases.slices" "$work/cases.tsv"
	[ "${PEER:-0}" != 1 ] || measure peer-cases "$work/peer" eval "$work/cases.tsv"
fi
"$amana" identity report "$work" >"$work/report.md"
cp "$work/report.md" docs/identity-report.md
