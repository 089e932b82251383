#!/usr/bin/env bash
# Takes the pictures of the demo's pages into docs/screens, with Debian's Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
(cd tools/screens && npm ci --no-audit --no-fund --silent)
log=$(mktemp)
bin/amana demo --addr 127.0.0.1:0 >/dev/null 2>"$log" </dev/null &
demo=$!
trap 'kill $demo 2>/dev/null; rm -f "$log"' EXIT
for _ in $(seq 300); do
	url=$(sed -n 's/.*msg=listening url=//p' "$log")
	[ -n "$url" ] && break
	sleep 1
done
mkdir -p docs/screens
node tools/screens/screens.mjs "$url" docs/screens
