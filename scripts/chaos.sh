# shellcheck shell=bash
# Faults and long loads on real processes; tests/chaos/README.md describes the scenarios.

chaos_programs=(pollux pollux-vote pollux-worker pollux-result pollux-admin pollux-seed)

# What ./dev chaos and ./dev soak need; the programs are named by the variables that tests/system reads.
prepare_chaos() {
  local program variable
  install_for cluster
  build_target release "${chaos_programs[0]}"
  compile release "${chaos_programs[@]}"
  npm_packages tests/system
  for program in "${chaos_programs[@]}"; do
    variable=${program/-/_}_PROGRAM
    export "${variable^^}=$release_dir/bin/$program"
  done
}

chaos_command() {
  prepare_chaos
  exec node tests/chaos/main.mjs "$@"
}

soak_command() {
  prepare_chaos
  exec node tests/chaos/soak.mjs "$@"
}
