#!/bin/sh
# The roles of the database, with the passwords of the environment. In Docker Compose the image of PostgreSQL runs this
# once, when the volume is empty; in Kubernetes it is run at each start, so that a changed Secret changes the passwords.
# It may be repeated at any time. PostgreSQL must accept connections on its socket.
#
# The worker's role owns the database and nothing else; the result service's gets the tallies from the first migration.
# The superuser has no password: it logs in from within the container alone.
exec psql -v ON_ERROR_STOP=1 -qX -U "${POSTGRES_USER:-postgres}" -d "$POSTGRES_DB" <<'SQL'
\getenv owner OWNER
\getenv owner_password OWNER_PASSWORD
\getenv result_password RESULT_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY[:'owner', 'pollux_result']) AS wanted(name)
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE :"owner" PASSWORD :'owner_password';
ALTER ROLE pollux_result PASSWORD :'result_password';
ALTER DATABASE :"DBNAME" OWNER TO :"owner";
ALTER ROLE :"USER" PASSWORD NULL;
SQL
