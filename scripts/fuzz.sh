# shellcheck shell=bash
# Parsers against arbitrary bytes, with libFuzzer. What it finds worth keeping stays in build/fuzz/corpus.

fuzz_compiler() { echo "clang++$(llvm_suffix)"; }

# fuzz_target PROGRAM SECONDS: from the seeds in tests/fuzz/corpus and what earlier runs found.
fuzz_target() {
  local program=$1 seconds=$2 name corpus seeds
  name=$(basename "$program")
  corpus=build/fuzz/corpus/$name seeds=tests/fuzz/corpus/$name
  mkdir -p "$corpus"
  if [[ ! -d $seeds ]]; then seeds=$corpus; fi
  say "Fuzzing with $name for $seconds s."
  quietly "fuzz-$name" "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/" "$corpus" "$seeds"
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
