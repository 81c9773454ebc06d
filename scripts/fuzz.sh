# shellcheck shell=bash
# Fuzzes the parsers with libFuzzer, in the build of AddressSanitizer, one target per core at a time. The corpus grows in
# build/fuzz/corpus.

# fuzz_target PROGRAM SECONDS: starts from the seeds in tests/fuzz/corpus and the corpus of earlier runs.
fuzz_target() {
  local program=$1 seconds=$2 name corpus seeds log
  name=$(basename "$program")
  corpus=build/fuzz/corpus/$name seeds=tests/fuzz/corpus/$name log=build/logs/fuzz-$name.log
  mkdir -p "$corpus" build/fuzz/findings build/logs
  if [[ ! -d $seeds ]]; then seeds=$corpus; fi
  say "Fuzzing with $name for $seconds s."
  "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/findings/$name-" "$corpus" "$seeds" >"$log" 2>&1 || report_finding "$program" "$log"
}

# report_finding PROGRAM LOG: prints the end of the log, the input, and how to reproduce it.
report_finding() {
  local input
  tail -n 60 "$2" >&2
  input=$(sed -n 's/.*Test unit written to //p' "$2" | tail -n 1)
  if [[ -z $input ]]; then fail "$(basename "$1") did not run; see $2."; fi
  if (($(stat -c %s "$input") <= 4096)); then
    say "To recreate the input elsewhere: base64 -d <<<$(base64 -w 0 "$input")"
  fi
  fail "$(basename "$1") failed with $input; reproduce it with: $1 $input. The log is $2."
}

fuzz_command() {
  local seconds=${1:-20} program count=0 running failed=0
  [[ $seconds =~ ^[1-9][0-9]{0,4}$ ]] || fail "Usage: ./dev fuzz [SECONDS], 1 to 99999 seconds for each target"
  install_for sanitize
  sanitizer_options
  configure asan-ubsan ON
  compile asan-ubsan fuzz_targets
  for program in build/asan-ubsan/bin/*_fuzz; do
    if ((count >= $(nproc))); then wait -n || failed=1; fi
    fuzz_target "$program" "$seconds" &
    count=$((count + 1))
  done
  for ((running = count < $(nproc) ? count : $(nproc); running > 0; running--)); do wait -n || failed=1; done
  if ((failed)); then fail "A target failed; see above."; fi
  echo "Fuzzed $count targets for $seconds s each; no finding."
}
