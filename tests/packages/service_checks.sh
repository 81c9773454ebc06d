# shellcheck shell=bash
# Checks of installed units, for installed.sh.
# shellcheck disable=SC2154  # variables of installed.sh and machine.sh

main_pid() { inside systemctl show --property MainPID --value "$1"; }
state_is() { [[ $(inside systemctl show --property ActiveState --value "$1") == "$2" ]]; }
journal_has() { inside journalctl --no-pager --output cat --unit "$1" | grep -q "$2"; }

# is_another_process UNIT PID
is_another_process() {
  local pid
  pid=$(main_pid "$1")
  [[ $pid != 0 && $pid != "$2" ]]
}

# warnings UNIT: prints what it logged as a warning or an error, if anything, but for the address that makes the first account. A
# machine that does not let root raise the limit of open files causes one in spite of LimitNOFILE=.
warnings() {
  local expected=(-e '"There is no account yet')
  if (($(ulimit -Hn) < 65536)); then expected+=(-e '"The limit of open files is too small'); fi
  inside journalctl --no-pager --output cat --unit "$1" | grep -E '"level": *"(warning|error)"' | grep -v "${expected[@]}"
}

# test_process UNIT: its running process has no privilege, and its unit passes systemd's own checks.
test_process() {
  local unit=$1 status written
  status=$(inside cat "/proc/$(main_pid "$unit")/status")
  grep -q -E '^Uid:.[1-9]' <<<"$status" || not_ok "$unit runs as root"
  grep -q -E '^CapEff:.0+$' <<<"$status" || not_ok "$unit has capabilities"
  grep -q -E '^CapBnd:.0+$' <<<"$status" || not_ok "$unit may get capabilities"
  grep -q -E '^NoNewPrivs:.1$' <<<"$status" || not_ok "$unit may get privileges"
  grep -q -E '^Seccomp:.2$' <<<"$status" || not_ok "$unit may use any system call"
  written=$(inside nsenter --target "$(main_pid "$unit")" --mount -- touch /usr/bin/file /etc/file /var/lib/file 2>&1 || true)
  [[ $(grep -c 'Read-only file system' <<<"$written") == 3 ]] || not_ok "$unit may write to the system: $written"
  quietly "package-test-verify-$codename" inside systemd-analyze verify --man=no "/lib/systemd/system/$unit.service"
  quietly "package-test-security-$codename" inside systemd-analyze security --no-pager --threshold="$largest_exposure" "$unit"
  if warnings "$unit"; then not_ok "$unit logged a warning"; fi
  ok "$unit has no privilege, and systemd accepts its unit"
}

# Manual, completion and version.
test_pages() {
  local completed
  inside zcat /usr/share/man/man1/pollux.1.gz | grep -q 'B\\-\\-vote\\-listen' || not_ok "the manual lacks a setting"
  # shellcheck disable=SC2016  # expanded in the container
  completed=$(inside bash -euc '. /usr/share/bash-completion/completions/pollux
    COMP_WORDS=(pollux --log-level w) COMP_CWORD=2; _pollux; echo "${COMPREPLY[@]}"
    COMP_WORDS=(pollux --vote-l) COMP_CWORD=1; _pollux; echo "${COMPREPLY[@]}"
    COMP_WORDS=(pollux heal) COMP_CWORD=1; _pollux; echo "${COMPREPLY[@]}"')
  [[ $completed == $'warning\n--vote-listen\nhealthcheck' ]] || not_ok "bash completes: $completed"
  [[ $(inside pollux --version) == "pollux $(project_version) (commit $(git rev-parse --short=12 HEAD), "* ]] ||
    not_ok "the version is $(inside pollux --version)"
  inside pollux healthcheck >/dev/null || not_ok "pollux healthcheck fails"
  ok "manual, completion, version and health check"
}

# start_servers: Redis and PostgreSQL of this machine, in the container's network.
start_servers() {
  local postgres data=$dir/postgres
  postgres=$(dirname "$(find /usr/lib/postgresql -path '*/bin/initdb' | sort -V | tail -n 1)")
  serve "$dir/redis.log" redis-server --bind 127.0.0.1 --port 6379 --save '' --maxmemory-policy noeviction --requirepass redis-secret
  install -d -o postgres -m 700 "$data"
  chmod 755 "$dir"
  echo database-secret >"$dir/password"
  chown postgres "$dir/password"
  quietly package-test-initdb runuser -u postgres -- "$postgres/initdb" --pgdata "$data" --username pollux --auth scram-sha-256 \
    --pwfile "$dir/password" --no-sync
  serve "$dir/postgres.log" runuser -u postgres -- "$postgres/postgres" -D "$data" -c listen_addresses=127.0.0.1 -c port=5432 \
    -c fsync=off -c unix_socket_directories=
  await 30 "PostgreSQL" in_network env PGPASSWORD=database-secret \
    psql --host 127.0.0.1 --username pollux --dbname postgres --command 'CREATE DATABASE pollux'
}

# use_password UNIT VARIABLE NAME: as docs/packages.md describes.
use_password() {
  inside mkdir -p "/etc/systemd/system/$1.service.d"
  printf '[Service]\nLoadCredential=%s:/etc/pollux/%s\nEnvironment=%s_FILE=%%d/%s\n' "$3" "$3" "$2" "$3" |
    inside tee "/etc/systemd/system/$1.service.d/$3.conf" >/dev/null
}

# Installing the same version again is an upgrade for the scripts of a package.
test_services_upgrade() {
  local name
  local -A before
  for name in vote worker result admin; do before[$name]=$(main_pid "pollux-$name"); done
  install_packages --reinstall /packages/pollux-{vote,worker,result,admin}.deb
  for name in vote worker result admin; do
    await 20 "another process of pollux-$name" is_another_process "pollux-$name" "${before[$name]}"
  done
  await 30 "the votes after the upgrade" has_votes 30
  ok "an upgrade restarts the services"
}

test_services() {
  local name
  install_packages /packages/pollux-{vote,worker,result,admin,seed}.deb
  for name in vote worker result admin; do
    state_is "pollux-$name" inactive || not_ok "pollux-$name was started before it was configured"
  done
  ok "the services wait for their configuration"

  start_servers
  inside install -d -m 700 /etc/pollux
  echo redis-secret | inside tee /etc/pollux/redis-password >/dev/null
  echo database-secret | inside tee /etc/pollux/database-password >/dev/null
  echo 'four random words' | inside tee /etc/pollux/admin-password >/dev/null
  use_password pollux-admin ADMIN_PASSWORD admin-password
  for name in vote worker admin; do use_password "pollux-$name" REDIS_PASSWORD redis-password; done
  for name in worker result admin; do
    use_password "pollux-$name" DATABASE_PASSWORD database-password
    echo 'DATABASE_URL=postgresql://pollux@127.0.0.1/pollux' | inside tee -a "/etc/default/pollux-$name" >/dev/null
  done
  inside systemctl daemon-reload
  # The first worker creates the tables, for which the result service would wait with a warning.
  quietly "package-test-enable-worker-$codename" inside systemctl enable --now pollux-worker
  await 30 "the worker" inside pollux-worker healthcheck --management-listen 127.0.0.1:9092
  quietly "package-test-enable-$codename" inside systemctl enable --now pollux-vote pollux-result pollux-admin
  await 30 "the vote page of pollux-vote" page http://127.0.0.1:5000/
  await 30 "the results of pollux-result" page http://127.0.0.1:8081/api/tally
  await 30 "the admin page of pollux-admin" page http://127.0.0.1:8082/
  quietly "package-test-seed-$codename" inside pollux-seed --url http://127.0.0.1:5000 --votes a=20,b=10
  await 30 "30 votes in the results" has_votes 30
  ok "30 votes from pollux-vote through pollux-worker to pollux-result, with passwords as credentials"
  for name in vote worker result admin; do test_process "pollux-$name"; done
  test_services_upgrade

  quietly "package-test-purge-services-$codename" inside apt-get -q purge --yes pollux-{vote,worker,result,admin,seed}
  for name in vote worker result admin; do
    state_is "pollux-$name" inactive || not_ok "pollux-$name runs after its removal"
  done
  ok "purging the services stops them"
}
