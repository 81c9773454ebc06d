# shellcheck shell=bash
# Votes from the browser to the screen.

# vote_shows VOTER SELECTION COUNTS: succeeds if the vote is accepted and on the open page within 2 s.
vote_shows() {
  local sent
  sent=$(now_ms)
  votes "$1" "$2" && on_screen "$3" "$sent" 2
}

is_refused() {
  local status
  status=$(cast "$1" "$2") && equal "$status" 400
}

check_votes() {
  stop_waiting_seed
  start_viewer
  attempt "the results start at zero" shows "0 0"
  attempt "a vote for a is on the screen within 2 s" vote_shows anna a "1 0"
  attempt "the same voter's change to b is on the screen within 2 s" vote_shows anna b "0 1"
  attempt "another voter is counted, too" vote_shows ben a "1 1"
  attempt "a vote for an unknown option is rejected" is_refused ben z
  attempt "a repeated vote is accepted" votes ben a
  attempt "and counts once: a third voter makes three" vote_shows cora b "1 2"
  stop_viewer
}

# plus COUNTS A B: adds to the counts.
plus() { read -r a b <<<"$1" && echo "$((a + $2)) $((b + $3))"; }

seed_profile() { quiet_compose --profile seed up -d; }

seed_ended_well() {
  local id state
  id=$(container seed) || return 1
  state=$(docker inspect -f '{{.State.Status}} {{.State.ExitCode}}' "$id")
  [[ $state != "exited "[1-9]* ]] || fail_because "it ended with ${state#exited }: $(docker logs "$id" 2>&1 | tail -n 2)"
  [[ $state == "exited 0" ]] || fail_because "it is $state"
}

# Prints when the seed's process ended, in ms; the last vote was sent just before.
seed_ended_at() {
  small_program --network none -- "date -d '$(docker inspect -f '{{.State.FinishedAt}}' "$(container seed)")' +%s%3N"
}

seed_runs() { quiet_compose run --rm -T seed; }

check_seed() {
  local before
  start_viewer
  before=$(tally)
  attempt "docker compose --profile seed up starts the seed" seed_profile
  attempt "the seed sends its votes" within 60 seed_ended_well
  attempt "2000 and 1000 are on the screen within 2 s of its end" on_screen "$(plus "$before" 2000 1000)" "$(seed_ended_at)" 2
  attempt "docker compose run --rm seed sends them again" seed_runs
  attempt "4000 and 2000 are in the results, exactly" within 2 shows "$(plus "$before" 4000 2000)"
  stop_viewer
  docker rm "$(container seed)" >/dev/null
}
