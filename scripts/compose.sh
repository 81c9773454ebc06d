# shellcheck shell=bash
# Finds Docker and Compose, or explains what is missing. `./dev up`, `down` and `logs` are thin wrappers of `docker compose`.

# Sets compose_command: the value of COMPOSE, or the docker plugin, or docker-compose 1.29 or later.
find_compose() {
  command -v docker >/dev/null || fail "Docker is not installed. Debian and Ubuntu have the packages docker.io and" \
    "docker-compose-v2 (Ubuntu) or docker-compose (Debian); for others see https://docs.docker.com/engine/install." \
    "Without Docker, ./dev run and ./dev cluster start the same programs."
  if [[ -n ${COMPOSE:-} ]]; then
    read -ra compose_command <<<"$COMPOSE"
  elif docker compose version >/dev/null 2>&1; then
    compose_command=(docker compose)
  elif command -v docker-compose >/dev/null; then
    compose_command=(docker-compose)
  else
    fail "Docker Compose is not installed: install the package docker-compose-v2, docker-compose-plugin or" \
      "docker-compose."
  fi
}

# Explains the two common problems in place of the engine's long messages.
require_engine() {
  local answer
  if answer=$(docker info 2>&1); then return; fi
  case $answer in
    *"permission denied"*)
      fail "This user may not use the Docker engine: join the group docker (sudo usermod -aG docker $(id -un), then" \
        "log in again), or use sudo."
      ;;
    *) fail "The Docker engine does not answer: start it (sudo systemctl start docker, or Docker Desktop)." \
      "Its address is ${DOCKER_HOST:-the default socket}." ;;
  esac
}

find_docker() {
  find_compose
  require_engine
}

up_command() {
  find_docker
  image_arguments
  "${compose_command[@]}" up -d --build "$@" || fail "The system did not start; see ./dev logs."
  say "Vote at http://localhost:${VOTE_PORT:-8080}, results at http://localhost:${RESULT_PORT:-8081}." \
    "./dev logs shows the logs, ./dev down stops the services and keeps the votes."
}

down_command() {
  find_docker
  "${compose_command[@]}" --profile seed --profile admin --profile monitoring down "$@"
}

logs_command() {
  find_docker
  "${compose_command[@]}" logs --follow --tail 100 "$@"
}
