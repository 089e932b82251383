#!/usr/bin/env bash
# Looks for known vulnerabilities that the program's code reaches. Advisory: it reports and fails nothing, because what it
# finds depends on the day and not on the change.
#
# GOVULNDB names the data: a URL, or an archive (.txz) or folder of it on this machine. Without it Go's own database is asked.
set -euo pipefail
cd "$(dirname "$0")/.."

db=${GOVULNDB:-https://vuln.go.dev}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ -f "$db" ]; then
	tar -xJf "$db" -C "$folder"
	index=$(find "$folder" -path '*/index/db.json' -print -quit)
	db=${index%/index/db.json}
	[ -n "$db" ] || { echo "vuln: there is no vulnerability database in $GOVULNDB: not checked"; exit 0; }
fi
if [ -d "$db" ]; then
	db=file://$(cd "$db" && pwd)
fi
code=0
timeout 300 go tool -modfile=tools/go.mod govulncheck -db "$db" "${@:-./...}" </dev/null || code=$?
case $code in
0) ;;
3) echo "vuln: known vulnerabilities are reachable, see above" ;;
*) echo "vuln: the database could not be had, or the code not read: not checked" ;;
esac
