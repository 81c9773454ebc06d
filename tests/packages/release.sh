#!/usr/bin/env bash
# ./dev release in a clone of its own: what it changes, commits and tags, and what it rejects.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
server=
trap 'if [[ -n $server ]]; then kill "$server"; fi; rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=Test GIT_AUTHOR_EMAIL=test@example.org GIT_COMMITTER_NAME=Test GIT_COMMITTER_EMAIL=test@example.org

unset GITLAB_CI CI_JOB_TOKEN  # the job in which the test may run

not_ok() {
  echo "not ok: $*"
  exit 1
}
ok() { echo "ok: $*"; }

# The sources of this clone with their changes, as one commit.
clone=$work/clone
mkdir "$clone"
# shellcheck disable=SC2016  # expanded by the inner shell
(cd "$root" && git ls-files -z | xargs -0 sh -c 'for file; do [ ! -e "$file" ] || printf "%s\0" "$file"; done' sh |
  tar --create --null --files-from -) | tar --extract --directory "$clone"
cd "$clone"
git init --quiet --initial-branch main
git add --all
git commit --quiet --message sources
current=$(sed -n 's/^project(pollux VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
next=$((${current%%.*} + 1)).2.3
sed -i '0,/^## Unreleased$/s//## Unreleased\n\n### Added\n\n- A line for the test of the release./' CHANGELOG.md
git commit --quiet --all --message change

# rejects TEXT ARGUMENT…: it fails with this text and changes nothing.
rejects() {
  local text=$1 before
  shift
  before=$(git rev-parse HEAD; git tag; git status --porcelain)
  if ./dev release "$@" >"$work/output" 2>&1; then not_ok "accepted: $*"; fi
  grep -q -- "$text" "$work/output" || { cat "$work/output"; not_ok "'$*' was not rejected with '$text'"; }
  [[ $(git rev-parse HEAD; git tag; git status --porcelain) == "$before" ]] || not_ok "'$*' changed something"
  ok "rejected: $* ($text)"
}

for number in 1.2 1.2.3.4 01.2.3 1.2.x latest -1.0.0 "1.2.3; true"; do rejects "is not a version" "$number"; done
rejects "is lower than" 0.0.0
echo changed >>README.md
rejects "not committed" "$next"
git checkout --quiet README.md
touch added
rejects "not committed" "$next"
rm added
git checkout --quiet --detach
rejects "to a branch" "$next"
git checkout --quiet main
git tag "v$next"
rejects "exists" "$next"
git tag --delete "v$next" >/dev/null
sed '/^## Unreleased$/,/^## [0-9]/{/^## Unreleased$/!d}' CHANGELOG.md >"$work/empty"
cp "$work/empty" CHANGELOG.md
git commit --quiet --all --message 'without changes'
rejects "nothing under" "$next"
git reset --quiet --hard HEAD~

./dev release "v$next" || not_ok "the release failed"
[[ $(git cat-file -t "v$next") == tag && $(git rev-parse "v$next^{commit}") == "$(git rev-parse HEAD)" ]] ||
  not_ok "no annotated tag of the commit"
[[ -z $(git status --porcelain) ]] || not_ok "changes remain: $(git status --porcelain)"
[[ $(git rev-list --count HEAD) == 3 ]] || not_ok "not one commit"
ok "one commit with an annotated tag"

grep -q "^project(pollux VERSION $next " CMakeLists.txt || not_ok "CMakeLists.txt"
left=$(git grep -l -F -e "pollux-vote:$current" -e "app.kubernetes.io/version: \"$current\"" -e "ersion: $current" -- charts k8s || true)
[[ -z $left ]] || not_ok "the earlier version is in $left"
grep -q "image: pollux-vote:$next" k8s/manifests/05-vote.yaml || not_ok "the manifests have not the new version"
grep -q "^appVersion: $next$" charts/pollux/Chart.yaml || not_ok "the chart has not the new version"
ok "sources, chart, manifests and their documents have the new version"

sed -n '/^## /p' CHANGELOG.md | head -n 2 | tr '\n' ' ' | grep -q -E "^## Unreleased ## $next - 20[0-9]{2}-[0-9]{2}-[0-9]{2} $" ||
  not_ok "the headings of the changelog: $(grep '^## ' CHANGELOG.md)"
./dev release notes "$next" >"$work/notes"  # a file: who ends a pipe early makes its writer fail
grep -q "A line for the test of the release." "$work/notes" || not_ok "the notes lack the change"
[[ $(head -n 1 "$work/notes") == "### Added" ]] || not_ok "the notes start with something else"
if ./dev release notes 99.0.0 >/dev/null 2>&1; then not_ok "notes of an unknown version"; fi
ok "the changelog has a section, which is the notes"

./dev release check "v$next"
if ./dev release check "$current" 2>"$work/error"; then not_ok "an earlier version was accepted"; fi
grep -q "There is no tag v$current. CMakeLists.txt has version $next." "$work/error" || not_ok "$(<"$work/error")"
ok "check"

first=$(sha256sum <"$(./dev release source "$next")")
[[ $(sha256sum <"$(./dev release source "v$next")") == "$first" ]] || not_ok "two archives of one tag differ"
tar --list --gzip --file "build/release-files/pollux-$next.tar.gz" | grep "^pollux-$next/CMakeLists.txt$" >/dev/null ||
  not_ok "the archive has another folder"
tar --extract --gzip --to-stdout --file "build/release-files/pollux-$next.tar.gz" "pollux-$next/scripts/cmake/revision.txt" |
  grep -q "^$(git rev-parse HEAD) " || not_ok "the archive lacks the commit"
ok "the archive has the commit, and the same bytes each time"

./dev release checksums build/release-files
./dev release checksums build/release-files
(cd build/release-files && sha256sum --check --quiet SHA256SUMS) || not_ok "the checksums are wrong"
[[ $(wc -l <build/release-files/SHA256SUMS) == 1 ]] || not_ok "the checksums are not of one file"
if ./dev release checksums nowhere 2>/dev/null; then not_ok "checksums of no folder"; fi
mkdir build/packages
echo package >"build/packages/pollux_1.2.3-1+deb12_amd64.deb"
./dev release checksums build/release-files build/packages
(cd build/release-files && sha256sum --check --quiet SHA256SUMS) || not_ok "the checksums of the collected files are wrong"
[[ $(wc -l <build/release-files/SHA256SUMS) == 2 && -z $(ls build/packages) ]] || not_ok "the package was not collected"
ok "checksums"

if PATH=/usr/bin:/bin ./dev release publish "$next" build/release-files 2>"$work/error"; then not_ok "published"; fi
grep -q 'gh, which is not installed' "$work/error" || echo "gh is installed here"
rejects "exists" "$next"

# In a job of GitLab.
mkdir "$work/gitlab"
python3 -B "$root/tests/packages/gitlab.py" "$work/gitlab" &
server=$!
deadline=$((SECONDS + 30))
until [[ -s $work/gitlab/port ]]; do
  ((SECONDS < deadline)) || not_ok "the server does not start"
  sleep 0.1
done
CI_API_V4_URL=http://127.0.0.1:$(<"$work/gitlab/port")
export GITLAB_CI=true CI_PROJECT_ID=7 CI_API_V4_URL
if ./dev release publish "$next" build/release-files 2>"$work/error"; then not_ok "published without a token"; fi
grep -q 'CI_JOB_TOKEN is not set' "$work/error" || not_ok "$(<"$work/error")"
if CI_JOB_TOKEN=another ./dev release publish "$next" build/release-files 2>"$work/error"; then not_ok "published with another token"; fi
grep -q 'GitLab rejects packages/.*401 Unauthorized' "$work/error" || not_ok "$(<"$work/error")"
CI_JOB_TOKEN="of the job" ./dev release publish "$next" build/release-files
for file in build/release-files/*; do cmp "$file" "$work/gitlab/${file##*/}" || not_ok "${file##*/} is not published"; done
python3 - "$work/gitlab/release" "$next" <<'PYTHON' || not_ok "the release: $(<"$work/gitlab/release")"
import json, sys
release, number = json.load(open(sys.argv[1])), sys.argv[2]
assert release["tag_name"] == f"v{number}" and "A line for the test" in release["description"]
names = {f"pollux-{number}.tar.gz", "pollux_1.2.3-1+deb12_amd64.deb", "SHA256SUMS"}
assert {link["name"] for link in release["assets"]["links"]} == names
assert all(link["url"].endswith(f"/projects/7/packages/generic/pollux/{number}/{link['name']}") for link in release["assets"]["links"])
PYTHON
ok "on GitLab, the files are packages and the release links them"
