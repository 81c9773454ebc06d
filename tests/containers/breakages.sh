#!/usr/bin/env bash
# test-e2e.sh must fail if the system is broken: breaks docker-compose.yml in each of the ways in breakages/, and checks
# that exactly the listed checks fail. Compatible breakages share a start.
#
#   tests/containers/breakages.sh [NAME…]      such as root-user; all by default. The images must exist.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export E2E_PROJECT=${E2E_PROJECT:-pollux-broken} E2E_VOTE_PORT=${E2E_VOTE_PORT:-18090} E2E_RESULT_PORT=${E2E_RESULT_PORT:-18091} E2E_ADMIN_PORT=${E2E_ADMIN_PORT:-18092}

# said WORD NAME…: prints the distinct values after the word in the heads of these breakages.
said() {
  local word=$1
  shift
  (cd "$here/breakages" && sed -n "s/^# $word: //p" "${@/%/.yml}" | sort -u)
}

passed=0 failed=0
note() {
  if [[ -z $2 ]]; then passed=$((passed + 1)) && echo "pass  $1"; else failed=$((failed + 1)) && echo "FAIL  $1: $2"; fi
}

# missing NAME OUTPUT: prints the listed checks that did not fail.
missing() {
  said fails "$1" | while read -r title; do
    grep -q "^FAIL  [a-z]*  *$title: " <<<"$2" || echo "'$title' did not fail"
  done | paste -sd' ' -
}

# surplus OUTPUT NAME…: prints failed checks that none of them lists.
surplus() {
  local output=$1 titles
  shift
  mapfile -t titles < <(said fails "$@")
  grep '^FAIL' <<<"$output" | grep -vF "${titles[@]/#/-e}" | head -n 3
}

# try NAME…: tries them together.
try() {
  local overrides=() checks output name status=0
  for name in "$@"; do overrides+=(--override "$here/breakages/$name.yml"); done
  mapfile -t checks < <(said check "$@")
  output=$("$here/../../test-e2e.sh" --no-build --override "$here/quick.yml" "${overrides[@]}" "${checks[@]}" 2>&1) || status=$?
  if ((status == 0)); then output="it passed"; fi
  for name in "$@"; do note "$name is detected" "$(missing "$name" "$output")"; done
  note "nothing else fails with $(paste -sd' ' - <<<"$*")" "$(surplus "$output" "$@")"
}

names=("$@") together=()
if ((${#names[@]} == 0)); then mapfile -t names < <(cd "$here/breakages" && basename -s .yml -- *.yml); fi
for name in "${names[@]}"; do
  if grep -q '^# alone' "$here/breakages/$name.yml"; then try "$name"; else together+=("$name"); fi
done
if ((${#together[@]} > 0)); then try "${together[@]}"; fi
printf '%d passed, %d failed\n' "$passed" "$failed"
((failed == 0 && passed > 0))
