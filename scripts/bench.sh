# shellcheck shell=bash
# Figures, each beside a reference in the same run; bench/README.md says how to read them.

bench_votes() {
  compile release pollux_load
  node bench/run.mjs "$release_dir" build/bench/votes "$1"
}

bench_viewers() {
  compile release pollux_viewers
  "$release_dir/bench/viewers/pollux_viewers" "$release_dir/bin/pollux" --json build/bench/viewers.json
}

# The server that it starts is one of the tests' programs.
bench_company() {
  install_for test
  configure release ON
  compile release pollux_company socketio-fixture
  "$release_dir/bench/company/pollux_company" "$release_dir/bin/socketio-fixture" --json build/bench/company.json
}

bench_command() {
  local subject=${1:-all} seconds=${2:-5}
  [[ $subject =~ ^(all|votes|viewers|company)$ ]] ||
    fail "'./dev bench' measures votes, viewers or company, or all of them; not '$subject'."
  [[ $seconds =~ ^[1-9][0-9]{0,2}$ ]] || fail "'./dev bench votes' takes the seconds of one measurement, 1 to 999."
  install_for bench
  build_target release pollux
  mkdir -p build/bench
  if [[ $subject =~ ^(all|votes)$ ]]; then bench_votes "$seconds"; fi
  if [[ $subject =~ ^(all|viewers)$ ]]; then bench_viewers; fi
  if [[ $subject =~ ^(all|company)$ ]]; then bench_company; fi
}
