#!/usr/bin/env bash
# revision.sh CMAKE BIN: the commit that scripts/cmake/Revision.cmake finds, and that the programs in BIN print.
set -euo pipefail
cmake=$1 bin=$2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=Test GIT_AUTHOR_EMAIL=test@example.org GIT_COMMITTER_NAME=Test GIT_COMMITTER_EMAIL=test@example.org
unset SOURCE_DATE_EPOCH

# text_of DIRECTORY [GIVEN]: what the programs built from there print in parentheses.
text_of() {
  "$cmake" -D DIRECTORY="$1" -D GIVEN="${2:-}" -D OUTPUT="$work/revision.cpp" -P "$root/scripts/cmake/Revision.cmake" &&
    sed -n 's/^  return "\(.*\)";$/\1/p' "$work/revision.cpp"
}

expect() {
  [[ $2 == "$3" ]] || { echo "not ok: $1: '$2' instead of '$3'"; exit 1; }
  echo "ok: $1"
}

clone=$work/clone
mkdir -p "$clone/scripts/cmake"
cp "$root/scripts/cmake/revision.txt" "$clone/scripts/cmake/"
cp "$root/.gitattributes" "$clone/"
git -C "$clone" init --quiet
git -C "$clone" add .
# In the time zone of the committer it is the next day already.
GIT_COMMITTER_DATE='2026-03-02T01:30:00+0200' git -C "$clone" commit --quiet --message one
hash=$(git -C "$clone" rev-parse HEAD)
expect "a clone has the commit and its date in UTC" "$(text_of "$clone")" "commit ${hash:0:12}, 2026-03-01"

mkdir "$clone/inner"
git -C "$clone" archive --prefix=unpacked/ HEAD | tar -x -C "$work"
expect "an archive has the commit" "$(text_of "$work/unpacked")" "commit ${hash:0:12}, 2026-03-01"

mv "$work/unpacked" "$clone/inner/"
GIT_COMMITTER_DATE='2026-04-01T00:00:00Z' git -C "$clone" commit --quiet --allow-empty --message two
expect "an archive in another repository has its own commit" "$(text_of "$clone/inner/unpacked")" \
  "commit ${hash:0:12}, 2026-03-01"

expect "a given commit has precedence" "$(text_of "$clone" "0123456789abcdef 1795730000")" "commit 0123456789ab, 2026-11-26"
if text_of "$clone" "main" 2>"$work/error"; then echo "not ok: 'main' was accepted"; exit 1; fi
grep -q 'hash of a commit' "$work/error"
echo "ok: what is not a commit is rejected"

rm -rf "$clone/.git"
expect "without any source the text is empty" "$(text_of "$clone")" ""

# The build reads the commit again when git's log of HEAD changes.
expected=$(text_of "$root")
for program in pollux pollux-vote pollux-worker pollux-result pollux-admin pollux-seed; do
  line=$("$bin/$program" --version)
  if [[ -n $expected ]]; then
    expect "$program --version" "$line" "$program $(sed -n 's/^project(pollux VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt") ($expected)"
  fi
done
