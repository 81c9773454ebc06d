#!/bin/sh
# Creates the database roles with the passwords of the environment. Docker Compose runs this once, when the volume is
# empty; Kubernetes runs it at each start, so that a changed Secret changes the passwords. It is idempotent and needs a
# PostgreSQL that accepts connections on its socket.
#
# The worker's role owns the database; the first migration grants the result service's role access to the tallies.
# The superuser has no password and can log in only from within the container.
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
