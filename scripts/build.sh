# shellcheck shell=bash
# Configures and builds the presets of CMakePresets.json, each in build/PRESET.

release_dir="$root/build/release"

# Share cached objects between clones in different folders, and with the image builds of the tests.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 LANG=C.UTF-8
export NINJA_STATUS='[%f/%t] '

project_version() { sed -n 's/^project(pollux VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt"; }

# configured_with DIR: the value of POLLUX_TESTS in a build folder; empty if it is not configured.
configured_with() {
  if [[ -f $1/build.ninja ]]; then sed -n 's/^POLLUX_TESTS:BOOL=//p' "$1/CMakeCache.txt"; fi
}

# configure PRESET TESTS [-DOPTION…]: configures build/PRESET if needed; ninja detects changed CMake files itself.
configure() {
  local preset=$1 tests=$2 dir="$root/build/$1"
  shift 2
  case $preset in
    asan-ubsan | tsan) set -- -DCMAKE_C_COMPILER="clang$(llvm_suffix)" -DCMAKE_CXX_COMPILER="clang++$(llvm_suffix)" "$@" ;;
  esac
  if [[ $(configured_with "$dir") != "$tests" || CMakePresets.json -nt $dir/build.ninja ]]; then
    say "Configuring $preset."
    quietly "configure-$preset" cmake --fresh --preset "$preset" -DPOLLUX_TESTS="$tests" "$@"
  fi
}

# build_target PRESET TARGET: builds one target, without requiring the test libraries.
build_target() {
  local tests
  tests=$(configured_with "$root/build/$1")
  configure "$1" "${tests:-OFF}"
  compile "$1" "$2"
}

# Shows ninja's steps: one changing line on a terminal, otherwise one line each.
show_steps() {
  local line width=${COLUMNS:-80} begin='' end='\n'
  if [[ -t 2 ]]; then begin='\r\e[K' end=''; fi
  # shellcheck disable=SC2059  # the formats are ours
  while IFS= read -r line; do
    case $line in
      'ninja: Entering directory'* | 'ninja: no work to do.' | *'Re-checking globbed directories'*) ;;
      \[*/*\]*) printf "$begin%.*s$end" "$((width - 1))" "$line" ;;
      *) printf "$begin%s\n" "$line" ;;
    esac
  done >&2
  # shellcheck disable=SC2059
  printf "$begin" >&2
}

# compile PRESET TARGET…
compile() {
  local preset=$1
  shift
  ninja -C "build/$preset" "$@" 2>&1 | show_steps ||
    fail "The build of $preset failed; see the first error above."
}

# build_all PRESET: with the tests.
build_all() {
  configure "$1" ON
  compile "$1" all
}

build_command() {
  local preset=${1:-release}
  case $preset in
    release | dev | asan-ubsan | tsan) ;;
    *) fail "Usage: ./dev build [release|dev|asan-ubsan|tsan]" ;;
  esac
  case $preset in
    asan-ubsan | tsan) install_for sanitize ;;
    *) install_for test ;;
  esac
  build_all "$preset"
  say "Built: build/$preset/bin/pollux."
}

# prebuild_command [go|sanitizers]: what takes long to compile and is not part of the release build. Programs that the cache has
# are not built again.
prebuild_command() {
  case ${1:-all} in
    all) prebuild_go && prebuild_sanitizers ;;
    go) prebuild_go ;;
    sanitizers) prebuild_sanitizers ;;
    *) fail "Usage: ./dev prebuild [go|sanitizers]" ;;
  esac
}

prebuild_go() {
  local module name
  for module in "${go_modules[@]}"; do
    while read -r name _; do go_program "$name" >/dev/null || exit 1; done <"$root/$module/programs"
  done
}

prebuild_sanitizers() {
  build_sanitized asan-ubsan fuzz_targets
  build_sanitized tsan
}
