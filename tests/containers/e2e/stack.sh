# shellcheck shell=bash
# The system of this test, with its own project, volumes and ports.

services=(vote result worker redis db)
project=${E2E_PROJECT:-pollux-e2e}
vote_port=${E2E_VOTE_PORT:-18080} result_port=${E2E_RESULT_PORT:-18081} admin_port=${E2E_ADMIN_PORT:-18082}
vote_url=http://127.0.0.1:$vote_port result_url=http://127.0.0.1:$result_port admin_url=http://127.0.0.1:$admin_port
db_volume=$project-db-data redis_volume=$project-redis-data
start_limit=${E2E_START_SECONDS:-60}
files=(-f "$root/docker-compose.yml")

# Ignore settings of the user's own system.
unset COMPOSE_FILE COMPOSE_PROFILES COMPOSE_PROJECT_NAME POLLUX_RUN QUESTION OPTION_{A..Z} VOTE_PORT RESULT_PORT ADMIN_PORT ADMIN_PASSWORD \
  POLLUX_PUBLIC_URL POLLUX_PUBLIC_RESULT_URL POLLUX_PUBLIC_ADMIN_URL POLLUX_PASS_SECRET POLLUX_ALLOWED_ORIGINS POLLUX_LOG_LEVEL POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB POSTGRES_RESULT_PASSWORD POSTGRES_ADMIN_PASSWORD \
  REDIS_PASSWORD REDIS_APPENDFSYNC POLLUX_VOTES DB_VOLUME REDIS_VOLUME PROMETHEUS_PORT ALERTMANAGER_PORT GRAFANA_PORT GRAFANA_PASSWORD JAEGER_PORT \
  OTEL_EXPORTER_OTLP_ENDPOINT OTEL_TRACES_SAMPLER_ARG

# settings [NAME=VALUE…]: the file .env of this test; without arguments all secrets are the defaults.
settings() {
  printf '%s\n' "VOTE_PORT=$vote_port" "RESULT_PORT=$result_port" "ADMIN_PORT=127.0.0.1:$admin_port" \
    "POLLUX_PUBLIC_RESULT_URL=http://127.0.0.1:$result_port/" "DB_VOLUME=$db_volume" \
    "REDIS_VOLUME=$redis_volume" "$@" >"$work/env"
}

compose() {
  "${compose_command[@]}" -p "$project" --env-file "$work/env" "${files[@]}" "$@" </dev/null
}

# usual_config [--profile NAME]: the configuration without .env, as in a fresh clone.
usual_config() {
  : >"$work/no-settings"
  "${compose_command[@]}" -p "$project" --env-file "$work/no-settings" "${files[@]}" "$@" config </dev/null
}

# quiet_compose …: writes its output to a file; prints the last lines if it fails.
quiet_compose() {
  local log="$work/compose.log"
  compose "$@" >"$log" 2>&1 || { tail -n 3 "$log"; return 1; }
}

# container SERVICE: prints its id, even if it has stopped.
container() {
  local id
  id=$(docker ps -aq --no-trunc --filter "label=com.docker.compose.project=$project" \
    --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False)
  [[ -n $id ]] || fail_because "there is no container of $1" >&2 || return 1
  echo "$id"
}

# field SERVICE TEMPLATE: prints a field of `docker inspect`.
field() {
  local id
  id=$(container_or_seed "$1") && docker inspect -f "$2" "$id"
}

# A seed that keeps waiting for a missing page, so that it can be inspected.
waiting_seed=$project-seed-waits

container_or_seed() {
  if [[ $1 == seed ]]; then echo "$waiting_seed"; else container "$1"; fi
}

start_waiting_seed() {
  if docker inspect "$waiting_seed" >/dev/null 2>&1; then return; fi
  quiet_compose run -d --no-deps --name "$waiting_seed" seed --url http://127.0.0.1:9 --wait 1h
}

stop_waiting_seed() { docker rm -f "$waiting_seed" >/dev/null 2>&1 || true; }

# small_program ARGS… -- COMMAND: in a container of PostgreSQL's image, which has bash, unlike ours.
small_program() {
  local options=() image
  while [[ $1 != -- ]]; do options+=("$1") && shift; done
  shift
  image=$(field db '{{.Image}}') || return 1
  docker run --rm --read-only "${options[@]}" --entrypoint sh "$image" -c "$1" 2>&1
}

is_healthy() {
  local state
  state=$(field "$1" '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}without a health check{{end}}') ||
    return 1
  [[ $state == "running healthy" ]] || fail_because "it is $state"
}

all_have_health_checks() {
  local service
  for service in "${services[@]}"; do
    [[ $(field "$service" '{{if .State.Health}}yes{{end}}') == yes ]] || return 1
  done
}

all_are_healthy() {
  local service
  for service in "${services[@]}"; do is_healthy "$service" || return 1; done
}

tear_down() {
  stop_waiting_seed
  compose --profile seed --profile admin down -v --remove-orphans -t 10 >"$work/down.log" 2>&1
}
