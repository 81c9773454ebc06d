# shellcheck shell=bash
# What survives a restart of Redis, `down`, and `down -v`.

# starts_again: succeeds if everything is healthy.
starts_again() { up && within "$start_limit" all_are_healthy; }

is_gone() {
  local left
  left=$(docker ps -aq --filter "label=com.docker.compose.project=$project")
  [[ -z $left ]] || fail_because "containers are left: $left"
}

down_leaves_nothing() { quiet_compose down && is_gone; }

has_no_volume() { if docker volume inspect "$1" >/dev/null 2>&1; then fail_because "it is still there"; fi; }

removes_volumes() { quiet_compose down -v && is_gone; }

has_usual_volumes() {
  local names
  names=$(usual_config | sed -nE 's/^ +name: (voting-app.*)$/\1/p' | sort | paste -sd' ' -)
  equal "$names" "voting-app-db-data voting-app-redis-data"
}

# A vote waits in Redis without a worker while Redis is restarted.
waiting_vote_survives() {
  quiet_compose stop worker || return 1
  votes "$1" a || return 1
  quiet_compose restart redis || return 1
  within 30 is_healthy redis || return 1
  quiet_compose start worker
}

# Non-default passwords: every service must use them.
random_secrets() {
  local name
  for name in POSTGRES_PASSWORD POSTGRES_RESULT_PASSWORD POSTGRES_ADMIN_PASSWORD REDIS_PASSWORD POLLUX_PASS_SECRET; do
    echo "$name=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  done
}

check_backlog() {
  local before
  before=$(tally)
  attempt "a vote is accepted without a worker, and Redis restarted" waiting_vote_survives "waiting-$(now_ms)"
  attempt "it is counted when the worker is running again" within 30 shows "$(plus "$before" 1 0)"
}

check_persistence() {
  local before
  stop_waiting_seed
  before=$(plus "$(tally)" 1 0)
  attempt "the volumes have their fixed names" has_usual_volumes
  attempt "a vote is accepted" votes clara a
  attempt "and counted" within 2 shows "$before"
  attempt "docker compose down removes the containers" down_leaves_nothing
  attempt "the system starts again" starts_again
  attempt "the results are unchanged" within 10 shows "$before"
  attempt "an earlier voter changes the vote" votes clara b
  attempt "the voter still counts once" within 2 shows "$(plus "$before" -1 1)"
  attempt "docker compose down -v removes the containers" removes_volumes
  for volume in "$db_volume" "$redis_volume"; do attempt "the volume $volume is removed" has_no_volume "$volume"; done
  mapfile -t secrets < <(random_secrets)
  settings "${secrets[@]}" OPTION_A=Tea OPTION_B=Coffee
  attempt "the system starts with passwords and options of .env" starts_again
  attempt "the results start at zero again" within 10 shows "0 0"
  attempt "the vote page has the options of .env" shows_page "$vote_url" Tea
  attempt "a vote is accepted again" votes emil b
  attempt "and counted" within 2 shows "0 1"
}
