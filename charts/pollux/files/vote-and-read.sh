#!/bin/bash
# Casts one vote and waits until the results count it. HTTP by bash alone: the image need not have curl.
set -euo pipefail

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# request HOST PORT METHOD PATH [BODY]: prints the answer, head and body.
request() {
  local connection
  exec {connection}<>"/dev/tcp/$1/$2" || return 1
  printf '%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s' \
    "$3" "$4" "$1" "${#5}" "$5" >&"$connection"
  timeout 10 cat <&"$connection"
  exec {connection}>&-
}

total() {
  local answer
  answer=$(request "$RESULT_HOST" "$RESULT_PORT" GET /api/tally "") || return 1
  [[ $answer =~ \"total\":([0-9]+) ]] || return 1
  echo "${BASH_REMATCH[1]}"
}

before=$(total) || fail "http://$RESULT_HOST:$RESULT_PORT/api/tally does not answer with results."
answer=$(request "$VOTE_HOST" "$VOTE_PORT" POST / vote=a) || fail "http://$VOTE_HOST:$VOTE_PORT/ does not answer."
[[ $answer == "HTTP/1.1 200 "* ]] || fail "the vote was answered ${answer%%$'\r'*}"
deadline=$((SECONDS + 20))
until after=$(total) && ((after > before)); do
  ((SECONDS < deadline)) || fail "the vote was accepted, but 20 s later the results still have ${after:-no} votes, as before."
  sleep 0.2
done
echo "passed: the vote was accepted and counted ($before votes before, $after now)."
