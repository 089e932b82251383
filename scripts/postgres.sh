#!/usr/bin/env bash
# A private PostgreSQL cluster that listens on a unix socket in its own folder and nowhere else.
#
#   scripts/postgres.sh start DIR [SETTING=VALUE…]   prints the URL when the server answers
#   scripts/postgres.sh stop DIR
#   scripts/postgres.sh url DIR
#
# Started twice it stays as it is; stopped twice too. PostgreSQL refuses to run as root, so root runs it as the user
# "postgres" of the Debian package, or as "nobody".
set -euo pipefail

usage() {
	sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

fail() {
	echo "postgres.sh: $*" >&2
	exit 1
}

[ $# -ge 2 ] || usage
command=$1 dir=$2
shift 2

# bin is the newest PostgreSQL of Debian, or the one in the PATH.
bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$bin/initdb" ] || bin=$(dirname "$(command -v initdb || echo /nowhere/initdb)")

# as runs a command as the user who owns the cluster.
owner=$(id -un)
if [ "$(id -u)" = 0 ]; then
	owner=postgres
	id -u postgres >/dev/null 2>&1 || owner=nobody
fi
as() {
	if [ "$(id -un)" = "$owner" ]; then
		"$@"
	else
		setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups "$@"
	fi
}

url() { echo "postgres://amana@/postgres?host=$dir&sslmode=disable"; }
running() { [ -f "$dir/data/PG_VERSION" ] && (cd "$dir" && as "$bin/pg_ctl" -D "$dir/data" status >/dev/null 2>&1); }

start() {
	[ -x "$bin/initdb" ] || fail "there is no initdb here: run scripts/setup.sh, or install PostgreSQL"
	mkdir -p "$dir"
	dir=$(cd "$dir" && pwd)
	# The name of a unix socket is limited to 107 bytes, and ends in "/.s.PGSQL.5432".
	[ ${#dir} -le 90 ] || fail "the path $dir is too long for a unix socket; give a shorter one"
	if ! running; then
		chmod 700 "$dir" # whoever may enter the folder may use the database: there is no password
		[ "$(stat -c %U "$dir")" = "$owner" ] || chown "$owner" "$dir"
		cd "$dir"
		if [ ! -f data/PG_VERSION ]; then
			as "$bin/initdb" -D "$dir/data" -U amana -A trust -E UTF8 --no-locale --no-sync >initdb.log 2>&1 || {
				cat initdb.log >&2
				fail "the cluster could not be made in $dir"
			}
		fi
		local options="-c listen_addresses='' -c unix_socket_directories='$dir' -c port=5432 -c max_connections=300"
		for setting in "$@"; do
			options+=" -c $setting"
		done
		as "$bin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -o "$options" -w -t 60 start >/dev/null </dev/null || {
			tail -n 20 "$dir/server.log" >&2
			fail "the server did not start"
		}
	fi
	url
}

stop() {
	[ -d "$dir" ] || return 0
	dir=$(cd "$dir" && pwd)
	running || return 0
	cd "$dir"
	as "$bin/pg_ctl" -D "$dir/data" -m fast -w -t 60 stop >/dev/null
}

case $command in
start) start "$@" ;;
stop) stop ;;
url)
	[ -d "$dir" ] || fail "there is no cluster in $dir"
	dir=$(cd "$dir" && pwd)
	url
	;;
*) usage ;;
esac
