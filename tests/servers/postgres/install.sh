#!/bin/sh
# The system's PostgreSQL, whatever its version (Debian, Ubuntu; as root). Its pgvector comes with the tests where the
# system packages none: see tests/servers/ordinary_postgres.py.
set -eu
ls /usr/lib/postgresql/*/bin/postgres > /dev/null 2>&1 && exit 0
apt-get update -q
apt-get install -q -y --no-install-recommends postgresql
