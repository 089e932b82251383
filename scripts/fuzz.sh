#!/usr/bin/env bash
# Fuzzes every target for a time each: scripts/fuzz.sh [TIME], 60s by default. A crash leaves its input under testdata/fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."

grep -rn --include='*_test.go' -E '^func Fuzz[A-Za-z0-9_]*\(' internal cmd | sort |
	sed -E 's|^(.*)/[^/]*:[0-9]+:func (Fuzz[A-Za-z0-9_]*).*|\1 \2|' |
	while read -r folder target; do
		echo "$folder $target"
		# One attempt at minimising is enough: minimising a large input would use up the time.
		CGO_ENABLED=0 go test "./$folder" -run='^$' -fuzz="^$target\$" -fuzztime="${1:-60s}" -fuzzminimizetime=1x </dev/null
	done
