# shellcheck shell=bash
# Output of ./dev: short progress lines, and one message when a command fails.

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

# quietly NAME COMMAND…: runs the command with its output in build/logs/NAME.log; prints the end of the log on failure.
quietly() {
  local name=$1 log="$root/build/logs/$1.log"
  shift
  mkdir -p "$root/build/logs"
  if ! "$@" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    fail "The step $name failed; see ${log#"$root"/}."
  fi
}

seconds_since() { echo $((SECONDS - $1)); }
