#!/usr/bin/env bash
# Installs what the tests need and this machine lacks, from Debian's packages: as root, or with sudo.
# The program itself needs Go only.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
need() { # need PACKAGE COMMAND…: any one of the commands will do
	local package=$1 c
	shift
	for c in "$@"; do
		if command -v "$c" >/dev/null 2>&1; then return; fi
	done
	missing+=("$package")
}

if ! command -v go >/dev/null 2>&1; then
	echo "setup: Go is needed, at least $(sed -n 's/^go //p' go.mod); see https://go.dev/doc/install" >&2
	exit 1
fi
need gcc gcc cc clang # the race detector links with it
need postgresql initdb /usr/lib/postgresql/*/bin/initdb
need chromium chromium chromium-browser google-chrome
locks=$(git ls-files '*package-lock.json' 2>/dev/null || true)
if [ -n "$locks" ]; then
	need npm npm
fi

if [ ${#missing[@]} -gt 0 ]; then
	echo "setup: installing ${missing[*]}"
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "setup: this machine has no apt-get; please install: ${missing[*]}" >&2
		exit 1
	fi
	root=()
	if [ "$(id -u)" != 0 ]; then
		root=(sudo)
		[ -t 0 ] || root=(sudo -n) # nobody is there to type a password
		if ! command -v sudo >/dev/null 2>&1 || ! "${root[@]}" true; then
			echo "setup: as root, please run: apt-get install -y --no-install-recommends ${missing[*]}" >&2
			exit 1
		fi
	fi
	"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null
	"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
fi

for lock in $locks; do
	folder=$(dirname "$lock")
	# npm ci is slow: it runs again only when the lock file has changed.
	if ! cmp -s "$lock" "$folder/node_modules/.lock"; then
		(cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts </dev/null)
		cp "$lock" "$folder/node_modules/.lock"
	fi
done
