#!/usr/bin/env bash
# includes_follow_the_table.sh COMPILER LAW INCLUDE
#
# For every ordered pair of folders: a source of the first that includes a header of the second must not compile if the
# table forbids it, and must find the header if the first links the second. LAW has a file for each library: its row of
# the table, then its include path, one folder per line. INCLUDE/NAME is the include folder of library NAME.
set -euo pipefail
compiler=$1 law=$2 include=$3
forbidden=0 linked=0 faults=0

# finds HEADER INCLUDE_PATH…: succeeds if the header is on the include path. Only the preprocessor runs, and the header is
# not read: what it includes is checked with its own folder.
finds() {
  local header=$1 path=() dir
  shift
  for dir in "$@"; do path+=(-I "$dir"); done
  printf '#if !__has_include("%s")\n#error not found\n#endif\n' "$header" |
    "$compiler" -std=c++20 -E -x c++ "${path[@]}" - -o /dev/null 2>/dev/null
}

# missing_by_compiler HEADER INCLUDE_PATH…: succeeds if a source that includes the header does not compile because it is not
# found; any other error would prove nothing.
missing_by_compiler() {
  local header=$1 path=() dir
  shift
  for dir in "$@"; do path+=(-I "$dir"); done
  local errors
  errors=$(printf '#include "%s"\n' "$header" |
    LC_ALL=C "$compiler" -std=c++20 -fsyntax-only -x c++ "${path[@]}" - 2>&1 || true)
  [[ $errors == *"$header: No such file or directory"* ]]
}

header_of() {
  local headers=("$include/$1/$1"/*.hpp)
  if [[ -f ${headers[0]} ]]; then echo "$1/${headers[0]##*/}"; fi
}

fault() {
  echo "FAULT: $*"
  faults=$((faults + 1))
}

# check_pair FROM TO ALLOWED INCLUDE_PATH…
check_pair() {
  local from=$1 to=$2 allowed=$3 header
  shift 3
  header=$(header_of "$to")
  if [[ -z $header ]]; then return; fi

  if [[ " $allowed " != *" $to "* ]]; then
    forbidden=$((forbidden + 1))
    missing_by_compiler "$header" "$@" || fault "$from may not use $to, yet #include \"$header\" compiles in it."
  elif [[ " $* " == *" $include/$to "* ]]; then
    linked=$((linked + 1))
    finds "$header" "$@" || fault "$from links $to, yet does not find \"$header\"."
  fi
}

check_all() {
  local from to row path
  for from in "$law"/*; do
    mapfile -t row <"$from"
    path=("${row[@]:1}")
    # The compiler first searches the folder of the source for a quoted include: run it in that folder.
    cd "$include/${from##*/}/${from##*/}"
    for to in "$law"/*; do
      if [[ $from != "$to" ]]; then check_pair "${from##*/}" "${to##*/}" "${row[0]}" "${path[@]}"; fi
    done
  done
}

# This test must detect a violation: base with poll on its include path is one, poll with base is not.
check_the_check() {
  check_pair base poll '' "$include/base" "$include/poll" >/dev/null
  check_pair poll base base "$include/poll" "$include/base" >/dev/null
  if ((faults != 1)); then
    echo "FAULT: the test found $faults violations instead of one."
    exit 1
  fi
  forbidden=0 linked=0 faults=0
}

check_the_check
check_all
echo "$forbidden forbidden includes do not compile, $linked linked ones are found, $faults faults."
((faults == 0 && forbidden > 0 && linked > 0))
