# shellcheck shell=bash
# ./dev lint. The check NAME is the function check_NAME, which prints its findings and fails if there are any.

checks_of_text=(clang_format shellcheck include_paths unused_names file_length prose markdown guide_commands open_tasks lockfiles
  dockerfiles diagram monitoring pipeline)
checks_of_code=(clang_tidy typescript include_law docs scanners)
checks_of_chart=(chart dashboards)
checks_of_pipelines=(actionlint zizmor schemas yamllint)

# sources PATTERN…: our own files whose names match one of the patterns.
sources() {
  local pattern names=()
  for pattern in "$@"; do names+=(-o -name "$pattern"); done
  find . \( -path ./build -o -path ./data -o -name node_modules -o -name .git \) -prune \
    -o -type f \( "${names[@]:1}" \) -printf '%P\n' | sort
}

# fail_on_input: copies its input; fails if there is any.
fail_on_input() { ! grep .; }

# fail_on_match EXTENDED_REGEX FILE…: prints the lines that match; fails if there are any.
fail_on_match() {
  local found=0
  grep -nE "$@" /dev/null || found=$?
  ((found == 1))
}

check_clang_format() {
  local files
  mapfile -t files < <(sources '*.cpp' '*.hpp')
  "clang-format$(llvm_suffix)" --dry-run -Werror "${files[@]}" 2>&1 |
    sed -n 's/^\([^ :]*\):[0-9].*/\1 is not formatted; run .\/dev format/p' | sort -u | fail_on_input
}

# Files that are sourced are checked along with the script that sources them.
check_shellcheck() {
  local files
  mapfile -t files < <(sources '*.sh' | grep -v -e '^scripts/' -e '^tests/containers/e2e/' -e '^k8s/local/')
  shellcheck --external-sources --check-sourced --source-path=. dev .ci/run "${files[@]}"
}

# Our headers are included as "folder/header.hpp": the include path of each library decides what it may use.
check_include_paths() {
  local files
  mapfile -t files < <(sources '*.cpp' '*.hpp')
  fail_on_match '^ *# *include +"(\.|[^/"]*")' "${files[@]}"
}

# What clang-tidy's misc-unused-using-decls and misc-unused-alias-decls report. They look only at the main file of a compilation,
# which includes our sources (scripts/clang_tidy.mjs).
check_unused_names() {
  local files file line text name
  mapfile -t files < <(sources '*.cpp')
  grep -nE '^ *(using [[:alnum:]_:]+::[[:alnum:]_]+;|namespace [[:alnum:]_]+ =)' "${files[@]}" |
    while IFS=: read -r file line text; do
      name=$(sed -E 's/^ *namespace ([[:alnum:]_]+) =.*/\1/; s/^ *using .*::([[:alnum:]_]+);.*/\1/' <<<"$text")
      if (($(grep -cw -- "$name" "$file") < 2)); then echo "$file:$line: $name is not used"; fi
    done | fail_on_input
}

check_file_length() {
  sources '*.cpp' '*.hpp' '*.ts' '*.mjs' '*.py' '*.css' '*.sh' '*.cmake' dev | xargs wc -l |
    awk '$1 > 450 && $2 != "total" { print $2 ": " $1 " lines; the limit is 450" }' | fail_on_input
}

check_prose() { python3 -B scripts/prose.py; }

check_markdown() { python3 -B scripts/markdown.py check; }

check_guide_commands() { python3 -B scripts/guide_commands.py check; }

check_open_tasks() {
  local files
  mapfile -t files < <(sources '*.cpp' '*.hpp' '*.ts' '*.mjs' '*.css' '*.html' '*.sql' '*.sh' '*.cmake' '*.txt' '*.md' dev run)
  fail_on_match '\b(TO[D]O|FIX[M]E|XX[X])\b' "${files[@]}"
}

# Addresses in a lockfile tie it to one registry.
check_lockfiles() {
  local files
  mapfile -t files < <(sources package-lock.json)
  fail_on_match '"resolved"' "${files[@]}"
}

# All Dockerfiles have the same build stage, so that an engine runs it once.
check_dockerfiles() {
  local dockerfile differing=0
  for dockerfile in */Dockerfile; do
    diff -u --label vote/Dockerfile --label "$dockerfile" <(build_stage vote/Dockerfile) <(build_stage "$dockerfile") ||
      differing=1
  done
  ((differing == 0))
}

build_stage() { sed '/^FROM scratch/,$d' "$1"; }

# From PyPI, so that every machine uses the same version. A recent clang-tidy skips declarations in system headers and
# needs a quarter of the CPU time (libs/http/connection.cpp: 3 s, with version 16 of Debian 12 it was 12 s).
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

check_clang_tidy() {
  local program
  program=$(clang_tidy_program) || return 1
  node scripts/clang_tidy.mjs "$program" build/release
}

check_typescript() { npm --prefix libs/web run --silent check; }

check_include_law() { ctest --test-dir build/release -L '^architecture$' --no-tests=error --output-on-failure --quiet; }

# One page for all programs, each of which knows its own settings.
print_configuration() {
  local program separator=
  for program in pollux pollux-vote pollux-worker pollux-result pollux-admin pollux-seed; do
    printf '%s' "$separator"
    "build/release/bin/$program" help configuration
    separator=$'\n'
  done
}

check_docs() {
  diff -u docs/configuration.md <(print_configuration) ||
    { echo "docs/configuration.md is out of date; run ./dev docs"; return 1; }
}

# The page of metrics needs running programs, and so Redis and PostgreSQL; the test system.metrics_page compares it.
print_metrics() {
  local bin=build/release/bin
  POLLUX_PROGRAM=$bin/pollux POLLUX_VOTE_PROGRAM=$bin/pollux-vote POLLUX_WORKER_PROGRAM=$bin/pollux-worker \
    POLLUX_RESULT_PROGRAM=$bin/pollux-result POLLUX_ADMIN_PROGRAM=$bin/pollux-admin node tests/system/metrics_page.mjs
}

docs_command() {
  local page
  install_for test
  build_all release
  print_configuration >docs/configuration.md
  page=$(print_metrics)
  printf '%s\n' "$page" >docs/metrics.md
}

# run_check CHECK: prints one line, after the findings if the check fails.
run_check() {
  local findings started=$SECONDS status=0
  findings=$("check_$1" 2>&1) || status=$?
  if [[ -n $findings ]]; then say "$findings"; fi
  if ((status == 0)); then
    say "  ok      ${1//_/-} ($(seconds_since "$started") s)"
  else
    say "  FAILED  ${1//_/-} ($(seconds_since "$started") s)"
    return 1
  fi
}

lint_command() {
  local started=$SECONDS quick=("${checks_of_text[@]}") check failed=0
  local slow=("${checks_of_pipelines[@]}" "${checks_of_chart[@]}" "${checks_of_code[@]}") checks
  case ${1:-all} in
    all) checks=("${quick[@]}" "${slow[@]}") ;;
    quick) checks=("${quick[@]}") ;;
    slow) checks=("${slow[@]}") ;;
    *) fail "Usage: ./dev lint [quick|slow]" ;;
  esac
  install_for lint
  for check in "${checks[@]}"; do
    # The checks of the code need a build; those of the text come first, as they do not.
    if [[ $check == "${checks_of_code[0]}" ]]; then build_all release; fi
    run_check "$check" || failed=$((failed + 1))
  done
  echo "Lint: $((${#checks[@]} - failed)) ok, $failed failed, in $(seconds_since "$started") s."
  ((failed == 0))
}

format_command() {
  install_for lint
  sources '*.cpp' '*.hpp' | xargs -r "clang-format$(llvm_suffix)" -i
  python3 -B scripts/markdown.py wrap
}
