# shellcheck shell=bash disable=SC2016
# The two tiers and the allowed connections.

networks_of() {
  field "$1" '{{range $name, $network := .NetworkSettings.Networks}}{{$name}} {{end}}' | tr ' ' '\n' | grep . |
    sed "s/^${project}_//" | sort | paste -sd' ' -
}

is_in() { equal "$(networks_of "$1")" "$2"; }

is_internal() { equal "$(docker network inspect -f '{{.Internal}}' "${project}_back-tier")" true; }

address_of() { field "$1" "{{(index .NetworkSettings.Networks \"${project}_back-tier\").IPAddress}}"; }

# seed_reaches HOST PORT: succeeds if the seed's network can connect.
seed_reaches() {
  small_program --network "container:$waiting_seed" -- "timeout 3 bash -c 'exec 3<>/dev/tcp/$1/$2'"
}

seed_misses() { if seed_reaches "$@" >/dev/null; then fail_because "it gets there"; fi; }

check_networks() {
  local service
  start_waiting_seed
  for service in vote result; do attempt "$service is in both tiers" is_in "$service" "back-tier front-tier"; done
  for service in worker redis db; do attempt "$service is only in the back tier" is_in "$service" "back-tier"; done
  attempt "seed is only in the front tier" is_in seed "front-tier"
  attempt "the back tier is internal" is_internal
  attempt "seed reaches vote" seed_reaches vote 5000
  for service in redis:6379 db:5432; do
    attempt "seed cannot resolve ${service%:*}" seed_misses "${service%:*}" "${service#*:}"
    attempt "seed cannot reach the address of ${service%:*}" seed_misses "$(address_of "${service%:*}")" "${service#*:}"
  done
}
