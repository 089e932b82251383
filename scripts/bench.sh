#!/usr/bin/env bash
# Measures the ledger against what the disk can do, on SQLite and on a private PostgreSQL on the same disk, both syncing.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
work=$(mktemp -d)
finish() {
	scripts/postgres.sh stop "$work/pg" || true
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$work" # the owner of the cluster passes through

bin/amana bench ledger --db "$work/bench.db"
bin/amana bench ledger --db "$(scripts/postgres.sh start "$work/pg")"
