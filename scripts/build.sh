# shellcheck shell=bash
# Configuring and building the presets of CMakePresets.json, each in build/PRESET.

release_dir="$root/build/release"

# Clones in other folders find each other's objects, and so do the builds of the tests' images.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 LANG=C.UTF-8
export NINJA_STATUS='[%f/%t] '

# configured_with DIR: the value of POLLUX_TESTS that the build folder was configured with, empty if it was not.
configured_with() {
  if [[ -f $1/build.ninja ]]; then sed -n 's/^POLLUX_TESTS:BOOL=//p' "$1/CMakeCache.txt"; fi
}

# configure PRESET TESTS [-DOPTION…]: brings build/PRESET up to date; ninja notices changed CMake files by itself.
configure() {
  local preset=$1 tests=$2 dir="$root/build/$1"
  shift 2
  if [[ $(configured_with "$dir") != "$tests" || CMakePresets.json -nt $dir/build.ninja ]]; then
    say "Configuring $preset."
    quietly "configure-$preset" cmake --preset "$preset" -DPOLLUX_TESTS="$tests" "$@"
  fi
}

# build_target PRESET TARGET: one target; needs no test library where the preset was not configured with tests.
build_target() {
  local tests
  tests=$(configured_with "$root/build/$1")
  configure "$1" "${tests:-OFF}"
  compile "$1" "$2"
}

# Ninja's steps: on a terminal one line that changes, elsewhere a line each; nothing when there is nothing to do.
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
    fail "The build of $preset stopped; the first error above says why."
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
    *) fail "There is no preset '$preset' to build; take release, dev, asan-ubsan or tsan." ;;
  esac
  install_for test
  build_all "$preset"
  say "Built: build/$preset/bin/pollux."
}
