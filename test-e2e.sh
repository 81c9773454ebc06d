#!/usr/bin/env bash
# End-to-end test of the system in containers. See --help.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root" || exit 1

# shellcheck source-path=SCRIPTDIR
source scripts/say.sh
if ((BASH_VERSINFO[0] < 5)); then fail "This needs bash 5 or later; macOS has it with Homebrew: brew install bash."; fi
command -v curl >/dev/null || fail "This needs curl."
source scripts/compose.sh

print_help() {
  cat <<'HELP'
Usage: ./test-e2e.sh [--no-build] [--override FILE] [CHECK…]

Starts the system of docker-compose.yml as a separate project with its own volumes and ports (pollux-e2e, 18080 to 18082),
tests it and removes it. A running system is not affected. Prints a line per check and a summary; the exit status is 1 if
any check failed.

  start        every service becomes healthy in time              privileges   no root, no capabilities
  ports        the two pages are served, no other port is open    root         no container can write to its root
  networks     allowed connections                                votes        a vote, and its change, on the screen in 2 s
  limits       CPU, memory, processes, logs, restarts             seed         exactly 3000 votes, on the screen in 2 s
  admin        the profile admin: a poll from making to closing   backlog      a vote waits for its worker, on disk
  restarts     killed processes restart within 30 s               persistence  what survives down, and down -v

Without CHECK, all of them. --no-build uses the existing images. --override adds a file to docker-compose.yml.
Environment: COMPOSE (the command, such as docker-compose), E2E_PROJECT, E2E_VOTE_PORT, E2E_RESULT_PORT, E2E_ADMIN_PORT,
E2E_START_SECONDS (60: until all are healthy).
HELP
}

every_check=(start ports networks limits privileges root votes seed admin backlog restarts persistence)
build=yes overrides=() chosen=()
while (($#)); do
  case $1 in
    -h | --help) print_help && exit ;;
    --no-build) build=no ;;
    --override)
      [[ -r ${2:-} ]] || fail "--override takes a file."
      overrides+=(-f "$2") && shift
      ;;
    *)
      [[ " ${every_check[*]} " == *" $1 "* ]] || fail "There is no check '$1'; ./test-e2e.sh --help lists them."
      chosen+=("$1")
      ;;
  esac
  shift
done
if ((${#chosen[@]} == 0)); then chosen=("${every_check[@]}"); fi

source tests/containers/e2e/report.sh
source tests/containers/e2e/stack.sh
source tests/containers/e2e/voters.sh
source tests/containers/e2e/start.sh
source tests/containers/e2e/ports.sh
source tests/containers/e2e/networks.sh
source tests/containers/e2e/confinement.sh
source tests/containers/e2e/votes.sh
source tests/containers/e2e/admin.sh
source tests/containers/e2e/persistence.sh
source tests/containers/e2e/restarts.sh
files+=("${overrides[@]}")

find_docker
work=$(mktemp -d)
trap 'stop_viewer; tear_down; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
settings
tear_down
if [[ $build == yes ]]; then
  say "Building the images; this takes minutes the first time."
  compose --profile seed --profile admin build >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log" >&2 && fail "The images could not be built."; }
fi

started_at=$(now_ms)
check=start
if start_system; then
  settle
  for check in "${chosen[@]}"; do "check_$check"; done
fi
say "In $(seconds $(($(now_ms) - started_at)))."
summary
