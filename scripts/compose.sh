# shellcheck shell=bash
# Docker and its Compose: found, or missed in plain words. `./dev up`, `down` and `logs` are thin over `docker compose`.

# Sets compose_command: what COMPOSE says, else the plugin of the docker program, else docker-compose 1.29 or later.
find_compose() {
  command -v docker >/dev/null || fail "Docker is not installed. Debian and Ubuntu have it as the packages docker.io and" \
    "docker-compose-v2 (Ubuntu) or docker-compose (Debian); everybody else: https://docs.docker.com/engine/install." \
    "Without Docker, ./dev run and ./dev cluster start the same programs."
  if [[ -n ${COMPOSE:-} ]]; then
    read -ra compose_command <<<"$COMPOSE"
  elif docker compose version >/dev/null 2>&1; then
    compose_command=(docker compose)
  elif command -v docker-compose >/dev/null; then
    compose_command=(docker-compose)
  else
    fail "Docker is here and its Compose is not: install the package docker-compose-v2 or docker-compose-plugin;" \
      "Debian's docker-compose does too."
  fi
}

# The engine's own words are many; these are the two things that are usually wrong.
require_engine() {
  local answer
  if answer=$(docker info 2>&1); then return; fi
  case $answer in
    *"permission denied"*)
      fail "This user may not speak to the Docker engine: join the group docker (sudo usermod -aG docker $(id -un), then" \
        "log in again), or use sudo."
      ;;
    *) fail "The Docker engine does not answer: start it (sudo systemctl start docker, or Docker Desktop). It is looked" \
      "for at ${DOCKER_HOST:-the usual socket}." ;;
  esac
}

find_docker() {
  find_compose
  require_engine
}

up_command() {
  find_docker
  "${compose_command[@]}" up -d --build "$@" || fail "The system did not start; ./dev logs says more."
  say "Vote at http://localhost:${VOTE_PORT:-8080}, results at http://localhost:${RESULT_PORT:-8081}." \
    "./dev logs shows what happens, ./dev down stops it and keeps the votes."
}

down_command() {
  find_docker
  "${compose_command[@]}" --profile seed down "$@"
}

logs_command() {
  find_docker
  "${compose_command[@]}" logs --follow --tail 100 "$@"
}
