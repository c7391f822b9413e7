#!/bin/sh
# Makes a cluster in PGDATA if there is none, and becomes the command.
#   POSTGRES_INITDB_ARGS       more arguments of initdb
#   POSTGRES_HOST_AUTH_METHOD  who may come in from outside; nobody unless it is set
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # shellcheck disable=SC2086 # arguments, in the plural
  initdb -D "$PGDATA" -U postgres -A trust ${POSTGRES_INITDB_ARGS:-}
  if [ -n "${POSTGRES_HOST_AUTH_METHOD:-}" ]; then
    echo "host all all all $POSTGRES_HOST_AUTH_METHOD" >>"$PGDATA/pg_hba.conf"
  fi
  echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
fi
exec "$@"
