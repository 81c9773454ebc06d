#!/bin/sh
# The roles of a new database: its image runs this once, when the volume is empty. Later changes of a password go by
# ALTER ROLE, see SECRETS-MANAGEMENT.md.
#
# The worker's role owns the database and nothing else; the result service's gets the tallies from the first migration.
# The superuser loses its password: from now on it logs in from within the container alone.
exec psql -v ON_ERROR_STOP=1 -X -U "${POSTGRES_USER:-postgres}" -d "$POSTGRES_DB" <<'SQL'
\getenv owner OWNER
\getenv owner_password OWNER_PASSWORD
\getenv result_password RESULT_PASSWORD
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
ALTER DATABASE :"DBNAME" OWNER TO :"owner";
CREATE ROLE pollux_result LOGIN PASSWORD :'result_password';
ALTER ROLE :"USER" PASSWORD NULL;
SQL
