# shellcheck shell=bash
# The steps of .ci/run: one after the other in a sequence, two sequences side by side.
#
# All steps run even after a failure, so that one run shows everything that a commit broke. The report at the end has the
# duration of each step, its CPU time and whether it failed. What still runs after limit_s seconds has failed: it is ended and
# its output printed. The same happens if the run is interrupted.

limit_s=5100  # jobs that take 90 minutes are often killed, and their output is lost
grace_s=60    # for what is ended to clean up
logs=$(mktemp -d)  # STEP: its output; cpu/STEP; running/STEP: since when; report, failed: of the steps that ended
mkdir "$logs"/{cpu,running}
touch "$logs"/{report,failed}
groups=()  # the process groups of the sequences that run
unset live  # a name of ours, which may be in the environment
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# side_by_side SEQUENCE [SEQUENCE]: runs these functions and waits for them, each in a process group of its own. Tests that count every
# late answer pause the first sequence while they run in the second (tests/system/other_work.mjs).
side_by_side() {
  local sequence group pause='' running next=$((SECONDS + 300))
  set -m
  for sequence in "$@"; do
    POLLUX_TESTS_PAUSE=$pause "$sequence" </dev/null &
    pause=$!
    groups+=("$pause")
  done
  set +m
  while ((${#groups[@]} > 0)); do
    sleep 0.5
    running=()
    for group in "${groups[@]}"; do
      if kill -0 "$group" 2>/dev/null; then
        running+=("$group")
      elif ! wait "$group"; then  # it was killed: a sequence succeeds even if its steps fail
        echo "$*" >>"$logs/failed"
        exit 1
      fi
    done
    groups=("${running[@]}")
    if ((${#groups[@]} > 0 && SECONDS >= limit_s)); then exit 1; fi
    if ((SECONDS >= next)); then
      print <<<"=== after $((SECONDS / 60)) min: $(cd "$logs/running" && echo *)"
      next=$((SECONDS + 300))
    fi
  done
}

# step_at_once NAME COMMAND…: its output is printed at once, where no other sequence prints much.
step_at_once() {
  local live=yes
  step "$@"
}

# step NAME COMMAND…: its output is printed whole when it has ended.
step() {
  local name=$1 from=$SECONDS verdict=ok TIMEFORMAT='%U %S'
  shift
  echo "$from ${live:-}" >"$logs/running/$name"
  print <<<"=== $name: $*"
  if ! { time logged "$name" "$@"; } 2>"$logs/cpu/$name"; then
    verdict=FAILED
    echo "$name" >>"$logs/failed"
  fi
  # A test that was killed may have left the other sequence paused.
  if [[ -n ${POLLUX_TESTS_PAUSE:-} ]]; then kill -CONT -- "-$POLLUX_TESTS_PAUSE" 2>/dev/null; fi
  printf '%-10s %-7s %4d s, %4d s of CPU time\n' "$name" "$verdict" $((SECONDS - from)) \
    "$(awk 'END { printf "%d", $1 + $2 }' "$logs/cpu/$name")" >>"$logs/report"
  rm "$logs/running/$name"
  if [[ -n ${live:-} ]]; then set --; else set -- "$logs/$name"; fi
  print "$@" - <<<"=== $name: $verdict after $((SECONDS - from)) s"
}

logged() {
  local log=$logs/$1
  shift
  if [[ -n ${live:-} ]]; then "$@" 2>&1 | tee "$log"; else "$@" >"$log" 2>&1; fi
}

# print [FILE…]: in one piece, also while other sequences print. Without files, its input.
print() { flock "$logs/lock" cat "$@"; }

# after STEP: waits until a step of the other sequence has ended.
after() { until grep -q "^$1 " "$logs/report"; do sleep 1; done; }

# Ends the sequences that run: first in a way that lets them clean up, then by force.
end_sequences() {
  local group deadline=$((SECONDS + grace_s))
  for group in "${groups[@]}"; do
    kill -TERM -- "-$group"
    kill -CONT -- "-$group"
  done 2>/dev/null
  for group in "${groups[@]}"; do
    while kill -0 -- "-$group" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.2; done
    kill -KILL -- "-$group" 2>/dev/null
  done
}

# Prints what unfinished steps have printed, and the report. The errors of failed steps are repeated at the end, where the reader
# starts.
finish() {
  local status=$? name
  trap '' INT TERM
  end_sequences
  report_unfinished
  printf '\n%s\n\n' "$(<"$logs/report")"
  while read -r name; do
    echo "--- $name"
    grep -E -A 5 '^not ok|^FAIL |: Failure$|\*\*\*|^\s+[0-9]+ - .*\([A-Z]|[Ee]rror:|ERROR:|SUMMARY:|FAILED' "$logs/$name" |
      cut -c -300 | tail -n 60
  done <"$logs/failed" 2>/dev/null
  if [[ -s $logs/failed ]]; then
    echo "Failed: $(paste -s -d ' ' "$logs/failed"), in $SECONDS s."
    status=1
  elif ((status == 0)); then
    echo "All ok in $SECONDS s."
  fi
  rm -rf "$logs"
  exit "$status"
}

report_unfinished() {
  local name from live
  for name in $(cd "$logs/running" && ls); do
    read -r from live <"$logs/running/$name"
    if [[ -z $live ]]; then cat "$logs/$name"; fi
    echo "=== $name: ENDED after $((SECONDS - from)) s"
    printf '%-10s ENDED   %4d s\n' "$name" $((SECONDS - from)) >>"$logs/report"
    echo "$name" >>"$logs/failed"
  done
}
