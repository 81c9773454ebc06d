# shellcheck shell=bash
# Figures, each beside a reference in the same run; bench/README.md says how to read them.

bench_command() {
  local subject=${1:-all} seconds=${2:-5}
  [[ $subject == all || $subject == votes || $subject == viewers ]] ||
    fail "'./dev bench' measures votes or viewers, or both; not '$subject'."
  [[ $seconds =~ ^[1-9][0-9]{0,2}$ ]] || fail "'./dev bench votes' takes the seconds of one measurement, 1 to 999."
  install_for bench
  build_target release pollux
  compile release pollux_load pollux_viewers
  mkdir -p build/bench
  if [[ $subject != viewers ]]; then node bench/run.mjs "$release_dir" build/bench/votes "$seconds"; fi
  if [[ $subject != votes ]]; then
    "$release_dir/bench/viewers/pollux_viewers" "$release_dir/bin/pollux" --json build/bench/viewers.json
  fi
}
