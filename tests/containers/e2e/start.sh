# shellcheck shell=bash
# Every service becomes healthy in time, and health checks fail with wrong passwords.

up() { quiet_compose up -d; }

# start_system: fails if further checks are pointless.
start_system() {
  up_at=$(now_ms)
  attempt "docker compose up -d starts the system" up
}

# settle: waits until the system works, or the time is over.
settle() {
  if all_have_health_checks; then within "$start_limit" all_are_healthy >/dev/null; fi
  settled_at=$(now_ms)
}

in_time() {
  local took=$((settled_at - up_at))
  all_are_healthy || return 1
  ((took <= start_limit * 1000)) || fail_because "it took $(seconds "$took"); the limit is $start_limit s" || return 1
  seconds "$took"
}

# refuses_password SERVICE VARIABLE SCRIPT: the health check fails with a wrong password.
refuses_password() {
  if docker exec -e "$2=wrong" "$(container "$1")" sh "/healthchecks/$3" >/dev/null 2>&1; then
    fail_because "it passes with a wrong one"
  fi
}

check_start() {
  local service
  for service in "${services[@]}"; do attempt "$service is running and healthy" is_healthy "$service"; done
  attempt "all are healthy in time" in_time
  attempt "the health check of redis asks for the password" refuses_password redis REDIS_PASSWORD redis.sh
  attempt "the health check of db asks for the password" refuses_password db OWNER_PASSWORD postgres.sh
}
