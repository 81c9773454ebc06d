# shellcheck shell=bash
# What ./dev lint judges. A check is a function that prints the faults that it finds and fails if there are any.

checks_of_text=(formatted scripts_are_sound includes_name_folders files_are_short nothing_left_open lockfile_is_portable
  images_share_their_build diagram_is_drawn)
checks_of_code=(clang_tidy_is_content typescript_is_sound include_law_holds docs_are_current)
checks_of_chart=(chart_is_sound)

# sources PATTERN…: our own files whose names match one of the patterns.
sources() {
  local pattern names=()
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  find . \( -path ./build -o -path ./data -o -name node_modules -o -name .git \) -prune \
    -o -type f \( "${names[@]:1}" \) -printf '%P\n' | sort
}

# none_come: passes its input on; fails if there was any.
none_come() { ! grep .; }

# none_match EXTENDED_REGEX FILE…: prints the lines that match; fails if there are any.
none_match() {
  local found=0
  grep -nE "$@" /dev/null || found=$?
  ((found == 1))
}

formatted() {
  local files
  mapfile -t files < <(sources '*.cpp' '*.hpp')
  "clang-format$(llvm_suffix)" --dry-run -Werror "${files[@]}" 2>&1 |
    sed -n 's/^\([^ :]*\):[0-9].*/\1 is not in the format; .\/dev format mends it/p' | sort -u | none_come
}

# Parts are judged with the script that sources them: those in scripts/ with dev, others with theirs.
scripts_are_sound() {
  local files
  mapfile -t files < <(sources '*.sh' | grep -v -e '^scripts/' -e '^tests/containers/e2e/' -e '^k8s/local/')
  shellcheck --external-sources --check-sourced --source-path=. dev .ci/run "${files[@]}"
}

# Ours are included as "folder/header.hpp", so that the include path of each library decides what it may see.
includes_name_folders() {
  local files
  mapfile -t files < <(sources '*.cpp' '*.hpp')
  none_match '^ *# *include +"(\.|[^/"]*")' "${files[@]}"
}

files_are_short() {
  sources '*.cpp' '*.hpp' '*.ts' '*.mjs' '*.css' '*.sh' '*.cmake' dev | xargs wc -l |
    awk '$1 > 400 && $2 != "total" { print $2 ": " $1 " lines; the bound is 400" }' | none_come
}

nothing_left_open() {
  local files
  mapfile -t files < <(sources '*.cpp' '*.hpp' '*.ts' '*.mjs' '*.css' '*.html' '*.sql' '*.sh' '*.cmake' '*.txt' '*.md' dev run)
  none_match '\b(TO[D]O|FIX[M]E|XX[X])\b' "${files[@]}"
}

# Addresses in a lockfile tie it to one registry.
lockfile_is_portable() {
  local files
  mapfile -t files < <(sources package-lock.json)
  none_match '"resolved"' "${files[@]}"
}

# Builders do the work of a stage once for all the Dockerfiles in which it is the same.
images_share_their_build() {
  local dockerfile faulty=0
  for dockerfile in */Dockerfile; do
    diff -u --label vote/Dockerfile --label "$dockerfile" <(build_stage vote/Dockerfile) <(build_stage "$dockerfile") ||
      faulty=1
  done
  ((faulty == 0))
}

build_stage() { sed '/^FROM scratch/,$d' "$1"; }

# Only what changed since it was last found good: judged files are remembered by content in the user's cache.
# From PyPI: a new clang-tidy does not judge what system headers declare and so needs a quarter of the processor time
# (libs/http/connection.cpp: 3 s, with version 16 of Debian 12 it was 12 s). And every machine judges by the same version.
clang_tidy_version=23.1.4

clang_tidy_program() {
  local folder=${XDG_CACHE_HOME:-$HOME/.cache}/pollux/clang-tidy-$clang_tidy_version
  local program=$folder/clang_tidy/data/bin/clang-tidy
  if [[ ! -x $program ]]; then
    quietly clang-tidy /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
      --no-deps --no-compile --upgrade --target "$folder" "clang-tidy==$clang_tidy_version"
  fi
  echo "$program"
}

clang_tidy_is_content() {
  local program
  program=$(clang_tidy_program) || return 1
  node scripts/clang_tidy.mjs "$program" build/release
}

typescript_is_sound() { npm --prefix web run --silent check; }

include_law_holds() { ctest --test-dir build/release -L '^architecture$' --no-tests=error --output-on-failure --quiet; }

# One page for all programs, each of which knows its own settings.
print_configuration() {
  local program separator=
  for program in pollux pollux-vote pollux-worker pollux-result pollux-seed; do
    printf '%s' "$separator"
    "build/release/bin/$program" help configuration
    separator=$'\n'
  done
}

docs_are_current() {
  diff -u docs/configuration.md <(print_configuration) ||
    { echo "docs/configuration.md is out of date: ./dev docs writes it"; return 1; }
}

docs_command() {
  build_all release
  print_configuration >docs/configuration.md
}

# judge CHECK: one line if the sources pass, otherwise the faults as well.
judge() {
  local faults started=$SECONDS
  if faults=$("$1" 2>&1); then
    say "  good    ${1//_/ } ($(seconds_since "$started") s)"
  else
    say "$faults"
    say "  FAULTY  ${1//_/ } ($(seconds_since "$started") s)"
    return 1
  fi
}

lint_command() {
  local started=$SECONDS checks=("${checks_of_text[@]}") check faulty=0
  case ${1:-all} in
    all) checks+=("${checks_of_chart[@]}" "${checks_of_code[@]}") ;;
    quick) ;;
    *) fail "'./dev lint' takes nothing or 'quick', not '$1'." ;;
  esac
  install_for lint
  for check in "${checks[@]}"; do
    # The checks of the code read what the build makes; those of the text come first, as they need not wait for it.
    if [[ $check == "${checks_of_code[0]}" ]]; then build_all release; fi
    judge "$check" || faulty=$((faulty + 1))
  done
  echo "Lint: $((${#checks[@]} - faulty)) checks good, $faulty faulty, in $(seconds_since "$started") s."
  ((faulty == 0))
}

format_command() {
  install_for lint
  sources '*.cpp' '*.hpp' | xargs -r "clang-format$(llvm_suffix)" -i
}
