# shellcheck shell=bash
# Runs the tests known to CTest, with a summary line.

# attribute NAME FILE: a number from the <testsuite> element of a JUnit file.
attribute() { sed -n "0,/[[:space:]]$1=\"[0-9]/s/.*[[:space:]]*\b$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1; }

# run_ctest DIR [ctest arguments]: prints the output of failed tests and a summary; fails if a test failed or none ran.
run_ctest() {
  local dir=$1 results="$1/test-results.xml" started=$SECONDS status=0
  shift
  rm -f "$results"
  # Most of these tests wait for servers and browsers: one more than there are cores keeps the cores busy. The time limit only
  # ends a test that hangs: on a busy machine a test may take five times as long as alone.
  ctest --test-dir "$dir" --parallel "$(($(nproc) + 1))" --timeout 1200 --no-tests=error --output-on-failure \
    --output-junit "$results" "$@" || status=$?
  [[ -f $results ]] || fail "Passed 0, failed 0: no test ran."

  local all failed skipped
  all=$(attribute tests "$results")
  failed=$(attribute failures "$results")
  skipped=$(($(attribute disabled "$results") + $(attribute skipped "$results")))
  local line="Passed $((all - failed - skipped)), failed $failed"
  if ((skipped > 0)); then line+=", skipped $skipped"; fi
  echo "$line, in $(seconds_since "$started") s."
  ((status == 0 && all > skipped))
}

# export_collector REGEX: the collector for the test of traces, if that test is to run.
export_collector() {
  if [[ ! monitoring.traces =~ $1 ]]; then return; fi
  POLLUX_OTEL_COLLECTOR_PROGRAM=$(go_program otel-collector) || exit 1
  export POLLUX_OTEL_COLLECTOR_PROGRAM
}

test_command() {
  install_for test
  require_chromium
  build_all release
  export_collector "${1:-}"
  run_ctest "$release_dir" ${1:+--tests-regex "$1"}
}

# Strict sanitizer options: leaks are reported, the first error ends the test.
sanitizer_options() {
  export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1:check_initialization_order=1
  export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
  export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
}

# ThreadSanitizer's fixed memory layout conflicts with the address randomization of newer kernels: restart without it.
without_address_randomization() {
  if [[ -z ${POLLUX_FIXED_ADDRESSES:-} ]] && setarch -R true 2>/dev/null; then
    POLLUX_FIXED_ADDRESSES=1 exec setarch -R "$root/dev" sanitize tsan
  fi
}

# build_sanitized PRESET [TARGET…]: what ./dev sanitize runs, and these targets.
build_sanitized() {
  install_for sanitize
  configure "$1" ON
  compile "$1" {unit,conformance,composition,simulation}_tests pollux{,-vote,-worker,-result,-admin} "${@:2}"
}

sanitize_command() {
  local preset=${1:-asan-ubsan}
  case $preset in
    asan-ubsan | tsan) ;;
    *) fail "Usage: ./dev sanitize [asan-ubsan|tsan]" ;;
  esac
  sanitizer_options
  build_sanitized "$preset"
  if [[ $preset == tsan ]]; then without_address_randomization; fi
  run_ctest "$root/build/$preset" --label-regex '^(unit|conformance|composition|simulation|stop)$' --exclude-regex '^web\.'
}
