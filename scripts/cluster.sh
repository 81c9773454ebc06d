# shellcheck shell=bash
# The scaled-out system on this machine without containers: Redis, PostgreSQL and the services as separate processes on
# loopback. Their data is kept in data/cluster.

cluster_dir="$root/data/cluster"
redis_port=6380 postgres_port=5433 prometheus_port=9190 alertmanager_port=9193
cluster_pids=()
management_listeners=()  # of the services, as COMPONENT ADDRESS

cluster_help() {
  cat <<'HELP'
Usage: ./dev cluster [--workers N] [--votes N] [--results N] [--admin] [--seed] [--monitoring]

Starts Redis and PostgreSQL from the system's packages, N workers (default 2), N vote services (default 1) on the ports
8080, 8090 … and N result services (default 1) on 8081, 8091 …; --admin also starts the admin page on 8082, with which people
make polls (docs/polls.md); --seed also casts 3000 votes; --monitoring also starts Prometheus on port 9190 and
Alertmanager on 9193 (docs/monitoring.md). Ctrl-C stops all of them. The data is kept in
data/cluster; delete that folder to start from zero. For another question, increment POLLUX_RUN, too:
POLLUX_RUN=2 OPTION_A=Tea OPTION_B=Coffee ./dev cluster
HELP
}

# spawn NAME COMMAND…: runs the command in the background, with its output in data/cluster/NAME.log.
spawn() {
  local name=$1
  shift
  "$@" >"$cluster_dir/$name.log" 2>&1 &
  cluster_pids+=($!)
}

# Stops everything in reverse order: services drain while Redis and PostgreSQL are still running.
stop_cluster() {
  local index
  trap - EXIT INT TERM
  say "Stopping."
  for ((index = ${#cluster_pids[@]} - 1; index >= 0; index--)); do
    # SIGINT makes PostgreSQL disconnect its clients.
    if ((index == 1)); then kill -INT "${cluster_pids[index]}" 2>/dev/null || true; fi
    kill -TERM "${cluster_pids[index]}" 2>/dev/null || true
    wait "${cluster_pids[index]}" 2>/dev/null || true
  done
}

# await WHAT SECONDS COMMAND…: waits until the command succeeds.
await() {
  local what=$1 deadline=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "$what did not become ready; the logs are in $cluster_dir."
    sleep 0.1
  done
}

# secret NAME: a password, generated at the first start.
secret() {
  local file="$cluster_dir/$1"
  if [[ ! -s $file ]]; then (umask 077 && openssl rand -hex 16 >"$file"); fi
  cat "$file"
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if ((EUID == 0)); then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

start_redis() {
  mkdir -p "$cluster_dir/redis"
  spawn redis redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$cluster_dir/redis" --appendonly yes \
    --maxmemory-policy noeviction --requirepass "$(secret redis.password)"
  await Redis 30 env REDISCLI_AUTH="$(secret redis.password)" redis-cli -p "$redis_port" ping
}

start_postgres() {
  local programs data="$cluster_dir/postgres/data"
  programs=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin | sort -V | tail -1)
  [[ -n $programs ]] || fail "The PostgreSQL server is missing: install the package postgresql."
  mkdir -p "$cluster_dir/postgres"
  export PGPASSWORD
  PGPASSWORD=$(secret postgres.password)
  if ((EUID == 0)); then chown postgres: "$cluster_dir/postgres"; fi
  if [[ ! -s $data/PG_VERSION ]]; then
    install -m 600 "$cluster_dir/postgres.password" "$cluster_dir/postgres/password"
    if ((EUID == 0)); then chown postgres: "$cluster_dir/postgres/password"; fi
    as_postgres "$programs/initdb" -D "$data" -U pollux -A scram-sha-256 --pwfile="$cluster_dir/postgres/password" \
      -E UTF8 --locale=C >"$cluster_dir/initdb.log" 2>&1 ||
      fail "The database could not be created; see $cluster_dir/initdb.log."
  fi
  spawn postgres as_postgres "$programs/postgres" -D "$data" -p "$postgres_port" -h 127.0.0.1 -k ''
  await PostgreSQL 60 query_postgres postgres "SELECT 1"
  query_postgres postgres "SELECT FROM pg_database WHERE datname = 'pollux'" | grep -q '(1 row)' ||
    query_postgres postgres "CREATE DATABASE pollux" >/dev/null
}

query_postgres() {
  psql -X -q -h 127.0.0.1 -p "$postgres_port" -U pollux -d "$1" -v ON_ERROR_STOP=1 -P pager=off -c "$2"
}

# spawn_service COMPONENT NUMBER [ARGS…]: with the next free management port.
spawn_service() {
  local component=$1 number=$2 address="127.0.0.1:$((9090 + ${#management_listeners[@]}))"
  shift 2
  spawn "$component-$number" "$release_dir/bin/pollux-$component" --management-listen "$address" "$@"
  management_listeners+=("$component $address")
}

start_services() {
  local workers=$1 votes=$2 results=$3 admin=$4 n listener polls=()
  export REDIS_URL DATABASE_URL
  if [[ $admin == yes ]]; then polls=(--managed-polls); fi
  REDIS_URL="redis://:$(secret redis.password)@127.0.0.1:$redis_port/0"
  DATABASE_URL="postgresql://pollux:$PGPASSWORD@127.0.0.1:$postgres_port/pollux"
  "$release_dir/bin/pollux-worker" migrate >"$cluster_dir/migrate.log" || fail "The database could not be migrated."
  query_postgres pollux "ALTER ROLE pollux_result PASSWORD '$(secret result.password)'"
  query_postgres pollux "ALTER ROLE pollux_admin PASSWORD '$(secret admin.password)'"
  for ((n = 0; n < workers; n++)); do spawn_service worker "$n"; done
  if [[ $admin == yes ]]; then
    DATABASE_URL="postgresql://pollux_admin:$(secret admin.password)@127.0.0.1:$postgres_port/pollux" spawn_service admin 0
  fi
  export POLLUX_PASS_SECRET  # a setting of vote and result only
  POLLUX_PASS_SECRET=$(secret pass.secret)
  for ((n = 0; n < votes; n++)); do spawn_service vote "$n" --listen "127.0.0.1:$((8080 + 10 * n))" "${polls[@]}"; done
  DATABASE_URL="postgresql://pollux_result:$(secret result.password)@127.0.0.1:$postgres_port/pollux"
  for ((n = 0; n < results; n++)); do spawn_service result "$n" --listen "127.0.0.1:$((8081 + 10 * n))"; done
  unset POLLUX_PASS_SECRET
  for listener in "${management_listeners[@]}"; do
    await "A service" 30 "$release_dir/bin/pollux-worker" healthcheck --management-listen "${listener#* }"
  done
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# With the configuration of Compose, except for addresses. There are no exporters: their jobs come after job pollux.
start_monitoring() {
  local folder="$cluster_dir/monitoring" listener
  mkdir -p "$folder"
  cp charts/pollux/files/monitoring/rules.yaml deploy/monitoring/alertmanager.yml "$folder"
  sed -e '/job_name: node/,$d' -e "s/alertmanager:9093/127.0.0.1:$alertmanager_port/" \
    -e 's/dns_sd_configs: .*/file_sd_configs: [{files: [targets.yml]}]/' deploy/monitoring/prometheus.yml >"$folder/prometheus.yml"
  for listener in "${management_listeners[@]}"; do
    echo "- {targets: ['${listener#* }'], labels: {__meta_dns_name: ${listener% *}}}"
  done >"$folder/targets.yml"
  spawn alertmanager prometheus-alertmanager --config.file="$folder/alertmanager.yml" --storage.path="$folder/alertmanager" \
    --web.listen-address="127.0.0.1:$alertmanager_port" --cluster.listen-address=
  spawn prometheus prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/prometheus" \
    --storage.tsdb.retention.time=7d --web.listen-address="127.0.0.1:$prometheus_port"
  await Alertmanager 30 listens "$alertmanager_port"
  await Prometheus 30 listens "$prometheus_port"
  say "Prometheus at http://127.0.0.1:$prometheus_port (Alerts; Status, Targets); Debian's Alertmanager has no pages:" \
    "amtool --alertmanager.url http://127.0.0.1:$alertmanager_port alert"
}

cluster() {
  local -A replicas=([workers]=2 [votes]=1 [results]=1)
  local seed=no monitoring=no admin=no
  while (($#)); do
    case $1 in
      --workers | --votes | --results)
        [[ ${2:-} =~ ^[1-9]$ ]] || fail "$1 takes a number from 1 to 9."
        replicas[${1#--}]=$2
        shift 2
        ;;
      --admin) admin=yes && shift ;;
      --seed) seed=yes && shift ;;
      --monitoring) monitoring=yes && shift ;;
      -h | --help) cluster_help && return ;;
      *) fail "Unknown option '$1'; see ./dev cluster --help." ;;
    esac
  done
  install_for cluster
  if [[ $monitoring == yes ]]; then install_for cluster_monitoring; fi
  for program in pollux-vote pollux-worker pollux-result pollux-admin pollux-seed; do build_target release "$program"; done
  mkdir -p "$cluster_dir"
  trap stop_cluster EXIT
  trap 'exit 0' INT TERM
  start_redis
  start_postgres
  start_services "${replicas[workers]}" "${replicas[votes]}" "${replicas[results]}" "$admin"
  say "Vote at http://127.0.0.1:8080, results at http://127.0.0.1:8081, logs in data/cluster, stop with Ctrl-C."
  say "Management listeners (/metrics, /readyz, /livez):$(printf ' %s,' "${management_listeners[@]}" | sed 's/,$/./')"
  if [[ $admin == yes ]]; then
    say "Make polls at http://127.0.0.1:8082; data/cluster/admin-0.log has the address that makes the first account."
  fi
  if [[ $monitoring == yes ]]; then start_monitoring; fi
  if [[ $seed == yes ]]; then "$release_dir/bin/pollux-seed" --url http://127.0.0.1:8080; fi
  wait
}
