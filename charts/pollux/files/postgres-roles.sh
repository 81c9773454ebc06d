#!/bin/sh
# Creates the database roles with the passwords of the environment. Docker Compose runs this once, when the volume is
# empty; Kubernetes runs it at each start, so that a changed Secret changes the passwords. It is idempotent and needs a
# PostgreSQL that accepts connections on its socket.
#
# The worker's role owns the database. What the roles of the result service and of the admin service may do is in the
# migrations, which may have run before the role existed. A role whose password is not set can't log in.
# The superuser has no password and can log in only from within the container.
set -eu

sql() { psql -v ON_ERROR_STOP=1 -qXAt -d "$POSTGRES_DB" "$@"; }

migrated=$(sql -U "${POSTGRES_USER:-postgres}" <<'SQL'
\set admin_password ''
\getenv owner OWNER
\getenv owner_password OWNER_PASSWORD
\getenv result_password RESULT_PASSWORD
\getenv admin_password ADMIN_ROLE_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY[:'owner', 'pollux_result', 'pollux_admin']) AS wanted(name)
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE :"owner" PASSWORD :'owner_password';
ALTER ROLE pollux_result PASSWORD :'result_password';
ALTER ROLE pollux_admin PASSWORD :'admin_password';
ALTER DATABASE :"DBNAME" OWNER TO :"owner";
ALTER ROLE :"USER" PASSWORD NULL;
SELECT to_regproc('pollux_grant_roles') IS NOT NULL;
SQL
)
# As the owner: the superuser runs nothing that the owner could have changed.
if [ "$migrated" = t ]; then sql -U "$OWNER" -c 'SELECT pollux_grant_roles()' >/dev/null; fi
