# shellcheck shell=bash
# How ./dev speaks: short lines on what it does, one sentence when it cannot.

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# quietly NAME COMMAND…: runs the command with its output in build/logs/NAME.log; shows the end of it on failure.
quietly() {
  local name=$1 log="$root/build/logs/$1.log"
  shift
  mkdir -p "$root/build/logs"
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "The step $name failed; its whole output is in ${log#"$root"/}."
  fi
}

seconds_since() { echo $((SECONDS - $1)); }
