# shellcheck shell=bash
# Benchmarks, each with a reference in the same run; tests/bench/README.md explains the figures.

bench_subjects=(votes queue workers path polls durability viewers noisy_neighbor hostile)

# Builds the programs that a benchmark needs.
build_for_bench() {
  local targets
  case $1 in
    votes) targets=(pollux pollux_load) ;;
    queue) targets=(pollux-vote pollux-worker pollux_load) ;;
    workers) targets=(pollux-worker pollux-result pollux_rows) ;;
    path) targets=(pollux-vote pollux-worker pollux-result pollux-seed pollux_path) ;;
    polls) targets=(pollux-vote pollux-worker pollux-result pollux-admin pollux_path) ;;
    durability) targets=(pollux-vote pollux_until_refused pollux_unsynced) ;;
    viewers) targets=(pollux pollux_viewers pollux_joins) ;;
    hostile) targets=(pollux pollux_path) ;;
    noisy_neighbor)  # starts one of the test programs
      install_for test
      configure release ON
      targets=(pollux_noisy_neighbor socketio-fixture)
      ;;
  esac
  build_target release "${targets[0]}"
  compile release "${targets[@]}"
}

# viewers_up_to N: N, or as many as descriptors allow: the program shares them among its listeners.
viewers_up_to() {
  local viewers=$1 most
  most=$(ulimit -Hn)
  if [[ $most != unlimited ]] && (((most - 1000) / 4 < viewers)); then viewers=$(((most - 1000) / 4)); fi
  echo "$viewers"
}

# They come 5,000 per second.
bench_joins() {
  local viewers rate=5000
  viewers=$(viewers_up_to 50000)
  "$release_dir/tests/bench/viewers/pollux_joins" "$release_dir/bin/pollux" --viewers "$viewers" \
    --seconds $(((viewers + rate - 1) / rate)) --json build/bench/joins.json
}

# bench_one SUBJECT [ITS ARGUMENT]
bench_one() {
  local argument=${2:-}
  build_for_bench "$1"
  case $1 in
    votes | queue) node "tests/bench/$1.mjs" "$release_dir" "build/bench/$1" "${argument:-5}" ;;
    workers | path | polls | durability | hostile) node "tests/bench/$1.mjs" "$release_dir" "build/bench/$1" ${argument:+"$argument"} ;;
    viewers)
      "$release_dir/tests/bench/viewers/pollux_viewers" "$release_dir/bin/pollux" \
        --viewers "$(viewers_up_to 10000)" --json build/bench/viewers.json
      bench_joins
      ;;
    noisy_neighbor)
      "$release_dir/tests/bench/noisy_neighbor/pollux_noisy_neighbor" "$release_dir/bin/socketio-fixture" \
        --json build/bench/noisy_neighbor.json
      ;;
  esac
}

bench_command() {
  local subject=${1:-all} argument=${2:-}
  [[ " all ${bench_subjects[*]} " == *" $subject "* ]] ||
    fail "'./dev bench' measures one of ${bench_subjects[*]}, or all of them; not '$subject'."
  [[ $argument =~ ^([1-9][0-9]{0,7})?$ ]] || fail "'./dev bench $subject' takes an integer, not '$argument'."
  install_for bench
  mkdir -p build/bench
  if [[ $subject == all ]]; then
    for subject in "${bench_subjects[@]}"; do bench_one "$subject"; done
  else
    bench_one "$subject" "$argument"
  fi
}
