#!/bin/sh
# Healthy if the owner of the database can query it over the network; not yet while the volume is being initialized.
# shellcheck disable=SC3028  # HOSTNAME is set by the engine: this container, on its network.
answer=$(PGPASSWORD="$OWNER_PASSWORD" psql -h "$HOSTNAME" -U "$OWNER" -d "$POSTGRES_DB" -XAtc 'SELECT 1' 2>&1)
[ "$answer" = 1 ] && exit 0
echo "PostgreSQL answers: $answer"
exit 1
