# shellcheck shell=bash
# Figures, each beside a reference in the same run; bench/README.md says how to read them.

bench_command() {
  local seconds=${1:-5}
  [[ $seconds =~ ^[1-9][0-9]{0,2}$ ]] || fail "'./dev bench' takes the seconds of one measurement, 1 to 999."
  install_for bench
  build_target release pollux
  compile release pollux_load
  node bench/run.mjs "$release_dir" build/bench "$seconds"
}
