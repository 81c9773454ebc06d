#!/bin/sh
# Healthy: PostgreSQL answers over the network to the owner of the database. It does not while the volume is made.
# shellcheck disable=SC3028  # HOSTNAME is set by the engine: the container itself, on its network.
answer=$(PGPASSWORD="$OWNER_PASSWORD" psql -h "$HOSTNAME" -U "$OWNER" -d "$POSTGRES_DB" -XAtc 'SELECT 1' 2>&1)
[ "$answer" = 1 ] && exit 0
echo "PostgreSQL answers: $answer"
exit 1
