# shellcheck shell=bash
# Parsers against arbitrary bytes, with libFuzzer. What it finds worth keeping stays in build/fuzz/corpus.

fuzz_compiler() { echo "clang++$(llvm_suffix)"; }

# fuzz_target PROGRAM SECONDS: from the seeds in tests/fuzz/corpus and what earlier runs found.
fuzz_target() {
  local program=$1 seconds=$2 name corpus seeds log
  name=$(basename "$program")
  corpus=build/fuzz/corpus/$name seeds=tests/fuzz/corpus/$name log=build/logs/fuzz-$name.log
  mkdir -p "$corpus" build/fuzz/findings build/logs
  if [[ ! -d $seeds ]]; then seeds=$corpus; fi
  say "Fuzzing with $name for $seconds s."
  "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/findings/$name-" "$corpus" "$seeds" >"$log" 2>&1 || tell_finding "$program" "$log"
}

# tell_finding PROGRAM LOG: the end of what libFuzzer said, the input that did it, and how to see it again.
tell_finding() {
  local input
  tail -n 60 "$2" >&2
  input=$(sed -n 's/.*Test unit written to //p' "$2" | tail -n 1)
  if [[ -z $input ]]; then fail "$(basename "$1") did not run; its whole output is in $2."; fi
  if (($(stat -c %s "$input") <= 4096)); then
    say "The input, for a machine that has not this folder: base64 -d <<<$(base64 -w 0 "$input")"
  fi
  fail "$(basename "$1") found a fault with $input; see it again with: $1 $input. Its whole output is in $2."
}

fuzz_command() {
  local seconds=${1:-20} program count=0
  [[ $seconds =~ ^[1-9][0-9]{0,4}$ ]] || fail "'./dev fuzz' takes the seconds for each target, 1 to 99999."
  install_for fuzz
  sanitizer_options
  configure fuzz OFF -DCMAKE_CXX_COMPILER="$(fuzz_compiler)"
  compile fuzz fuzz_targets
  for program in build/fuzz/bin/*_fuzz; do
    fuzz_target "$program" "$seconds"
    count=$((count + 1))
  done
  echo "Fuzzed $count targets for $seconds s each; no finding."
}
