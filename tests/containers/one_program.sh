#!/usr/bin/env bash
# The image of `pollux` as README.md starts it, but on ports of its own: a page, a vote, the results, and an end on SIGTERM.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
source scripts/say.sh

vote=http://127.0.0.1:${E2E_PROGRAM_VOTE_PORT:-18090} result=http://127.0.0.1:${E2E_PROGRAM_RESULT_PORT:-18091}
container=$(docker run --detach -p "${vote##*/}:8080" -p "${result##*/}:8081" pollux)
trap 'docker rm --force --volumes "$container" >/dev/null 2>&1 || true' EXIT

# within SECONDS COMMAND…
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || fail "not ok: $* did not succeed in time. The log: $(docker logs "$container" 2>&1 | tail -n 5)"
    sleep 0.1
  done
}

has_one_vote() { curl --silent --fail --max-time 5 "$result/api/tally" | grep -q '"total": *1\b'; }

within 30 curl --silent --fail --max-time 5 "$vote/"
curl --silent --show-error --fail --max-time 5 --output /dev/null --data vote=a "$vote/"
within 10 has_one_vote
docker stop "$container" >/dev/null
status=$(docker inspect --format '{{.State.ExitCode}}' "$container")
[[ $status == 0 ]] || fail "not ok: pollux ended with status $status"
say "The image pollux, started by one command, counted a vote."
