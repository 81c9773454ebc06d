# shellcheck shell=bash
# When a process is killed, its container restarts and votes are counted again.

# From a container that sees the engine's processes, because `docker kill` counts as a requested stop.
kill_process() {
  local pid
  pid=$(field "$1" '{{.State.Pid}}') || return 1
  small_program --network none --pid host --user 0 -- "kill -KILL $pid"
}

has_restarted() {
  local count
  count=$(field "$1" '{{.RestartCount}}') || return 1
  ((count > $2)) || fail_because "its process was not restarted"
}

# A new voter's vote is counted.
a_vote_goes_through() {
  local before
  before=$(tally) && [[ -n $before ]] || fail_because "the result page does not answer" || return 1
  votes "after-$1-$(now_ms)" a || return 1
  within 2 shows "$(plus "$before" 1 0)"
}

heals() {
  local killed count left
  count=$(field "$1" '{{.RestartCount}}')
  killed=$(now_ms)
  kill_process "$1" || return 1
  within 30 has_restarted "$1" "$count" || return 1
  left=$((30 - ($(now_ms) - killed) / 1000))
  within "$left" is_healthy "$1" || return 1
  left=$((30 - ($(now_ms) - killed) / 1000))
  within $((left > 1 ? left : 1)) a_vote_goes_through "$1" || return 1
  seconds $(($(now_ms) - killed))
}

# Such as a health check that takes too long: what it has started becomes a child of the container's first process. Were
# that PostgreSQL itself, it would take its end for the crash of a server process and break every connection.
survives_interrupted_command() {
  local answer
  compose exec -T db sh -c '(sleep 2; exit 2) >/dev/null 2>&1 &' || return 1
  # shellcheck disable=SC2016  # the container's own variables
  answer=$(compose exec -T db sh -c \
    'PGPASSWORD=$OWNER_PASSWORD psql -h "$HOSTNAME" -U "$OWNER" -d "$POSTGRES_DB" -qXc "SELECT pg_sleep(4)"' 2>&1) ||
    fail_because "$(head -n 1 <<<"$answer")"
}

check_restarts() {
  local service
  stop_waiting_seed
  attempt "a command that is interrupted in the database's container breaks no connection" survives_interrupted_command
  for service in "${services[@]}"; do
    attempt "$service comes back within 30 s when its process is killed" heals "$service"
    within 30 all_are_healthy >/dev/null
  done
}
