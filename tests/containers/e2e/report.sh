# shellcheck shell=bash
# One line per check, and a summary.

passed=0 failed=0 check=start

# attempt TITLE COMMAND…: passes if the command succeeds. Its output is a detail, or the reason.
attempt() {
  local title=$1 said
  shift
  if said=$("$@" 2>&1); then
    passed=$((passed + 1))
    printf 'pass  %-11s %s%s\n' "$check" "$title" "${said:+ ($(one_line "$said"))}"
  else
    failed=$((failed + 1))
    printf 'FAIL  %-11s %s: %s\n' "$check" "$title" "$(one_line "${said:-it is not so}")"
    return 1
  fi
}

one_line() { tail -n 3 <<<"$1" | tr '\n' ' ' | sed 's/ *$//'; }

# fail_because WHY…: fails with a reason.
fail_because() {
  echo "$*"
  return 1
}

equal() { [[ $1 == "$2" ]] || fail_because "it is '$1' instead of '$2'"; }

now_ms() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

seconds() { printf '%d.%02d s' $(($1 / 1000)) $(($1 % 1000 / 10)); }

# within SECONDS COMMAND…: retries until it succeeds; prints its last output.
within() {
  local deadline=$(($(now_ms) + $1 * 1000)) said
  shift
  until said=$("$@" 2>&1); do
    (($(now_ms) < deadline)) || fail_because "${said:-it did not come true in time}" || return 1
    sleep 0.05
  done
  if [[ -n $said ]]; then echo "$said"; fi
}

summary() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0 && passed > 0))
}
