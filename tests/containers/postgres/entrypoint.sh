#!/bin/bash
# Entry point of the substitute for postgres:15: an empty volume is initialized with POSTGRES_USER, POSTGRES_PASSWORD and
# POSTGRES_DB, and the files in /docker-entrypoint-initdb.d are run once by a server without network access. Then
# PostgreSQL is started.
set -euo pipefail

# from_file NAME DEFAULT: the variable, else the content of the file that NAME_FILE names, else the default.
from_file() {
  local file=${1}_FILE value=${!1:-}
  if [[ -z $value && -n ${!file:-} ]]; then value=$(<"${!file}"); fi
  export "$1=${value:-$2}"
  unset "$file"
}

make_cluster() {
  if [[ -z $POSTGRES_PASSWORD ]]; then
    echo "Error: the database is empty and POSTGRES_PASSWORD is not set." >&2
    exit 1
  fi
  # shellcheck disable=SC2086  # several arguments in one variable, as the official image has it
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
}

ask() { PGHOST='' PGPASSWORD=$POSTGRES_PASSWORD psql -v ON_ERROR_STOP=1 --no-psqlrc -U "$POSTGRES_USER" "$@"; }

run_scripts() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    if [[ $file == *.sql ]]; then
      ask -d "$POSTGRES_DB" -f "$file"
    elif [[ $file == *.sh && -x $file ]]; then
      "$file"
    elif [[ $file == *.sh ]]; then
      # shellcheck source=/dev/null
      source "$file"
    fi
  done
}

initialize() {
  make_cluster
  pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start
  if [[ $POSTGRES_DB != postgres ]]; then ask -d postgres -v name="$POSTGRES_DB" <<<'CREATE DATABASE :"name";'; fi
  (run_scripts)
  pg_ctl -D "$PGDATA" -m fast -w stop
}

if [[ ${1:-} == -* ]]; then set -- postgres "$@"; fi
if [[ $1 == postgres ]]; then
  if ((EUID == 0)); then
    mkdir -p "$PGDATA"
    chown -R postgres: "$PGDATA" /var/run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  from_file POSTGRES_PASSWORD ''
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  if [[ ! -s $PGDATA/PG_VERSION ]]; then initialize; fi
fi
exec "$@"
