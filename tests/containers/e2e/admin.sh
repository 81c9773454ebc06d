# shellcheck shell=bash
# The profile admin: people make polls, which the services of the system serve.

start_admin() { quiet_compose --profile admin up -d admin && within "$start_limit" is_healthy admin; }

# The address that makes the first account, as the log of the service shows it.
setup_token() {
  local token
  token=$(compose --profile admin logs --no-color admin | sed -n 's/.*#setup=\([^"]*\)".*/\1/p' | tail -n 1)
  [[ -n $token ]] || fail_because "the log has no address for the first account" || return 1
  echo "$token"
}

# api METHOD PATH [BODY]: prints the response; the session is kept in a file of cookies.
api() {
  local body=()
  if (($# > 2)); then body=(-H 'Content-Type: application/json' -d "$3"); else body=(-d ''); fi
  if [[ $1 == GET ]]; then body=(); fi
  ask --fail-with-body -X "$1" -b "$work/account" -c "$work/account" -H 'X-Requested-With: pollux' -H "Origin: $admin_url" \
    "${body[@]}" "$admin_url/api/v1$2" || return 1
}

# member NAME JSON: prints the first member of this name whose value is a text.
member() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" <<<"$2" | head -n 1; }

makes_account() {
  local token said
  token=$(setup_token) || { echo "$token" && return 1; }
  said=$(api POST /setup "{\"token\":\"$token\",\"name\":\"Ann\",\"password\":\"four random words\"}") || fail_because "$said"
}

makes_poll() {
  local said
  said=$(api POST /polls '{"title":"Lunch","question":{"kind":"single","text":"Where?","options":["Noodles","Pizza"]},
    "policies":{"results":"after_vote"}}') || fail_because "$said" || return 1
  member id "$said" >"$work/poll-id"
  member code "$said" >"$work/poll-code"
  said=$(api POST "/polls/$(<"$work/poll-id")/open") || fail_because "$said"
}

# answer VOTER SELECTION: prints the status of a vote for the poll.
answer() {
  ask -o /dev/null -w '%{http_code}' -b "$work/voter-$1" -c "$work/voter-$1" -H "Origin: $vote_url" -d "vote=$2" \
    "$vote_url/p/$(<"$work/poll-code")"
}

answers() { equal "$(answer "$1" "$2")" "$3"; }

# Where "See the results" leads this voter, as JSON.
voters_results() {
  local target
  target=$(ask -o /dev/null -w '%{redirect_url}' -b "$work/voter-$1" "$vote_url/p/$(<"$work/poll-code")/results") || return 1
  ask --fail "${target/\/r\//\/api\/results\/}"
}

sees() { [[ $(voters_results "$1") == *"$2"* ]] || fail_because "$(voters_results "$1")"; }

closes() {
  local said
  said=$(api POST "/polls/$(<"$work/poll-id")/close") || fail_because "$said" || return 1
  equal "$(answer late a)" 409
}

shows_final() {
  local said
  said=$(api GET "/polls/$(<"$work/poll-id")/results")
  [[ $said == *'"voters":1'* ]] || fail_because "$said"
}

check_admin() {
  attempt "the profile admin starts a healthy service" start_admin || return
  attempt "admin publishes one port" publishes admin "$admin_port->8082/tcp"
  attempt "admin is in a tier of its own and in the back tier" is_in admin "admin-tier back-tier"
  attempt "no process of admin runs as root" runs_without_root admin
  attempt "admin has no capabilities and cannot gain any" has_no_privileges admin
  attempt "admin cannot write to its root file system" cannot_write_root admin
  attempt "admin has limits" has_limits admin
  attempt "the address in the log makes the first account" makes_account
  attempt "a poll is made and opened" makes_poll
  attempt "a vote for it is accepted within a second" within 1 answers dora b 200
  attempt "its voter sees the result" within 2 sees dora '"count":1'
  attempt "others see it later" sees eve '"results":null'
  attempt "once it is closed, no vote is accepted" closes
  attempt "and everyone sees the result" within 2 sees eve '"count":1'
  attempt "which the API has, too" within 2 shows_final
  attempt "the service stops" quiet_compose --profile admin rm -sf admin
}
