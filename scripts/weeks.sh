#!/usr/bin/env bash
# Runs whole weeks with several seeds: each must balance, find all of its troubles and verify, and the same seed must give
# the same result. Prints the processor time of each.
#
#   scripts/weeks.sh [PEOPLE]   seed 1 has 7,000 people, the others so many: 7,000 unless said otherwise
set -euo pipefail
cd "$(dirname "$0")/.."

people=${1:-7000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
week() { # week SEED PEOPLE OUTPUT
	TIMEFORMAT="seed $1, $2 people: %U s user + %S s system, %R s"
	time bin/amana demo --once --json --seed "$1" --people "$2" --db "$work/$3.db" >"$work/$3.json" </dev/null
	rm -rf "$work/$3.db"* "$work/$3.keys"
}
week 1 7000 a
week 2 "$people" b
week 2 "$people" again
cmp "$work/b.json" "$work/again.json"
week 3 "$people" c
week 4 "$people" d
