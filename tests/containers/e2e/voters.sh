# shellcheck shell=bash
# Voters and viewers, over HTTP like browsers.

ask() { curl -sS --max-time 5 "$@"; }

# cast VOTER SELECTION: prints the status. A voter is a file of cookies.
cast() {
  ask -o /dev/null -w '%{http_code}' -b "$work/voter-$1" -c "$work/voter-$1" -H "Origin: $vote_url" -d "vote=$2" "$vote_url/"
}

# votes VOTER SELECTION: succeeds if the vote is accepted.
votes() {
  local status
  status=$(cast "$1" "$2") || return 1
  [[ $status == 200 ]] || fail_because "the answer is $status"
}

# counts_in JSON: sets the variable counts from a tally, such as "2 1". It starts no process, so that following a page does
# not slow down the system.
counts_in() {
  local rest=$1
  counts=
  while [[ $rest =~ \"count\":([0-9]+)(.*) ]]; do
    counts+=${counts:+ }${BASH_REMATCH[1]}
    rest=${BASH_REMATCH[2]}
  done
}

tally() {
  local answer counts
  answer=$(ask --fail "$result_url/api/tally") || { echo "$answer" && return 1; }
  counts_in "$answer"
  echo "$counts"
}

shows() {
  local now
  now=$(tally) || fail_because "the result service does not answer: $now" || return 1
  [[ $now == "$1" ]] || fail_because "the results are '$now' instead of '$1'"
}

# follow FILE: an open page with long-polling: a line in the file for each tally, "<when in ms> <counts>".
follow() {
  local base="$result_url/socket.io/?EIO=4&transport=polling" session payload packets packet counts
  session=$(ask "$base" | sed -n 's/.*"sid":"\([^"]*\)".*/\1/p')
  [[ -n $session ]] || return 1
  ask -o /dev/null --data-raw '40/polls/default,' "$base&sid=$session" || return 1
  while payload=$(curl -sS --fail --max-time 60 "$base&sid=$session"); do
    IFS=$'\x1e' read -r -a packets <<<"$payload"
    for packet in "${packets[@]}"; do
      case $packet in
        2) ask -o /dev/null --data-raw 3 "$base&sid=$session" || return 1 ;;
        *'["tally"'*) counts_in "$packet" && echo "$((${EPOCHREALTIME/[.,]/} / 1000)) $counts" >>"$1" ;;
      esac
    done
  done
}

# start_viewer: follows in its own process group; returns when the page has its first tally.
start_viewer() {
  : >"$work/screen"
  set -m
  follow "$work/screen" >"$work/viewer.log" 2>&1 &
  viewer=$!
  set +m
  within 10 test -s "$work/screen"
}

stop_viewer() {
  [[ -n ${viewer:-} ]] || return 0
  kill -- "-$viewer" 2>/dev/null
  wait "$viewer" 2>/dev/null
  viewer=
}

# seen_at COUNTS: prints when the page first had them, in ms.
seen_at() {
  local at
  at=$(awk -v wanted="$1" '{ at = $1; sub(/^[0-9]+ /, ""); if ($0 == wanted) { print at; exit } }' "$work/screen")
  [[ -n $at ]] || fail_because "the screen shows '$(tail -n 1 "$work/screen" | cut -d' ' -f2-)' instead of '$1'" || return 1
  echo "$at"
}

# on_screen COUNTS SINCE_MS SECONDS: succeeds if the page has them in time; prints the duration.
on_screen() {
  local at
  at=$(within "$3" seen_at "$1") || { echo "$at"; return 1; }
  ((at - $2 <= $3 * 1000)) || fail_because "only after $(seconds $((at - $2)))" || return 1
  seconds $((at - $2 > 0 ? at - $2 : 0))
}
