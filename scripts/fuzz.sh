#!/usr/bin/env bash
# Fuzzes every target with a number of inputs each: scripts/fuzz.sh [COUNT], 500000 by default, a minute or more a target.
# A crash leaves its input under testdata/fuzz. The budget is a count, as the end of a time can fail with "context deadline
# exceeded" and no input at fault (go.dev/issue/75804, mended in Go 1.27).
set -euo pipefail
cd "$(dirname "$0")/.."

grep -rn --include='*_test.go' -E '^func Fuzz[A-Za-z0-9_]*\(' internal cmd | sort |
	sed -E 's|^(.*)/[^/]*:[0-9]+:func (Fuzz[A-Za-z0-9_]*).*|\1 \2|' |
	while read -r folder target; do
		echo "$folder $target"
		# One attempt at minimising is enough: minimising a large input would use up the time.
		CGO_ENABLED=0 go test "./$folder" -run='^$' -fuzz="^$target\$" -fuzztime="${1:-500000}x" -fuzzminimizetime=1x </dev/null
	done
