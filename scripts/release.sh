# shellcheck shell=bash
# ./dev release: a version from the commit that has its number to what is published with it. Nothing is pushed.

print_release_help() {
  cat <<'HELP'
Usage: ./dev release X.Y.Z           set the version everywhere, move the changelog's Unreleased, commit, tag vX.Y.Z
       ./dev release check X.Y.Z     the tag, the sources, the chart and the changelog agree
       ./dev release notes X.Y.Z     print the changelog's section
       ./dev release source X.Y.Z    write build/release-files/pollux-X.Y.Z.tar.gz
       ./dev release checksums DIR [OTHER…]   move the files of the other folders to DIR, and write DIR/SHA256SUMS
       ./dev release publish X.Y.Z DIR   make the release, with the notes and the files of DIR: in a job of GitLab there,
                                     otherwise on GitHub (needs gh)

X.Y.Z may be written as its tag, vX.Y.Z.
HELP
}

# release_number TEXT: X.Y.Z without the v of the tag.
release_number() {
  local number=${1#v}
  [[ $number =~ ^(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})$ ]] ||
    fail "'$1' is not a version: it must be three numbers, such as 0.1.0."
  echo "$number"
}

tag_exists() { git rev-parse --quiet --verify "refs/tags/$1" >/dev/null; }

# changelog_section HEADING: its text, without the heading and without empty lines around it.
changelog_section() {
  awk -v heading="## $1" '
    /^## / { inside = $0 == heading || index($0, heading " ") == 1; next }
    inside { text = text $0 "\n" }
    END { sub(/^\n+/, "", text); sub(/\n+$/, "", text); if (text != "") print text }' CHANGELOG.md
}

chart_version() { sed -n "s/^$1: *//p" charts/pollux/Chart.yaml; }

# set_version OLD NEW: in the sources and all that derives from them. The date of the changelog is that of today (UTC).
set_version() {
  local old=${1//./\\.} new=$2
  sed -i "s/^project(pollux VERSION $old /project(pollux VERSION $new /" CMakeLists.txt
  sed -i -e "s/^\(version\|appVersion\): $old$/\1: $new/" -e "s/^\( *image: pollux-[a-z]*\):$old$/\1:$new/" \
    charts/pollux/Chart.yaml
  sed -i "s/\(pollux-[a-z\$]*\):$old/\1:$new/g" k8s/DEPLOYMENT.md
  sed -i "s/^## Unreleased$/## Unreleased\n\n## $new - $(date --utc +%F)/" CHANGELOG.md
  manifests_command
}

# The version of the sources is that of the last release, or of the first one to come.
require_releasable() {
  local number=$1 current=$2
  git symbolic-ref --quiet HEAD >/dev/null || fail "The release is committed to a branch: check one out first."
  [[ -z $(git status --porcelain) ]] || fail "There are changes that are not committed: commit or stash them first."
  if tag_exists "v$number"; then fail "The tag v$number exists: versions are released once."; fi
  [[ $(printf '%s\n' "$number" "$current" | sort --version-sort | head -n 1) == "$current" ]] ||
    fail "$number is lower than the version of the sources, $current."
  grep -qx '## Unreleased' CHANGELOG.md || fail "CHANGELOG.md has no section 'Unreleased'."
  [[ -n $(changelog_section Unreleased) ]] || fail "CHANGELOG.md has nothing under 'Unreleased'."
  if grep -q "^## ${number//./\\.} " CHANGELOG.md; then fail "CHANGELOG.md has a section $number already."; fi
}

prepare_release() {
  local number current
  number=$(release_number "$1")
  current=$(project_version)
  require_releasable "$number" "$current"
  set_version "$current" "$number"
  git commit --quiet --all --message "release: $number"
  git tag --annotate "v$number" --message "Pollux $number"
  check_release "$number"
  say "Committed and tagged v$number. To publish: git push --atomic origin $(git branch --show-current) v$number"
}

check_release() {
  local number wrong=()
  number=$(release_number "$1")
  if ! tag_exists "v$number"; then
    wrong+=("There is no tag v$number.")
  elif [[ $(git rev-parse "v$number^{commit}") != "$(git rev-parse HEAD)" ]]; then
    wrong+=("v$number is another commit than the one that is checked out.")
  fi
  [[ $(project_version) == "$number" ]] || wrong+=("CMakeLists.txt has version $(project_version).")
  [[ $(chart_version version) == "$number" ]] || wrong+=("The chart has version $(chart_version version).")
  [[ $(chart_version appVersion) == "$number" ]] || wrong+=("The chart has appVersion $(chart_version appVersion).")
  [[ -n $(changelog_section "$number") ]] || wrong+=("CHANGELOG.md has no section $number.")
  ((${#wrong[@]} == 0)) || fail "$number cannot be released. ${wrong[*]}"
}

release_notes() {
  local number notes
  number=$(release_number "$1")
  notes=$(changelog_section "$number")
  [[ -n $notes ]] || fail "CHANGELOG.md has no section $number."
  printf '%s\n' "$notes"
}

# The same commit gives the same bytes.
release_source() {
  local number file
  number=$(release_number "$1")
  tag_exists "v$number" || fail "There is no tag v$number."
  file=build/release-files/pollux-$number.tar.gz
  mkdir -p build/release-files
  git archive --format=tar --prefix="pollux-$number/" "v$number" | gzip --no-name --best >"$file"
  echo "$file"
}

release_checksums() {
  local dir=$1 other names
  for other in "$@"; do [[ -d $other ]] || fail "There is no folder $other."; done
  for other in "${@:2}"; do find "$other" -maxdepth 1 -type f -exec mv --no-clobber --target-directory "$dir" {} +; done
  names=$(cd "$dir" && find . -maxdepth 1 -type f ! -name 'SHA256SUMS*' -printf '%f\n' | LC_ALL=C sort)
  [[ -n $names ]] || fail "$dir has no files."
  (cd "$dir" && tr '\n' '\0' <<<"$names" | xargs -0 sha256sum -- >SHA256SUMS)
}

publish_release() {
  local number files
  number=$(release_number "$1")
  [[ -n ${GITLAB_CI:-} ]] || command -v gh >/dev/null ||
    fail "Releases on GitHub are made with its program gh, which is not installed."
  check_release "$number"
  mapfile -d '' files < <(find "$2" -maxdepth 1 -type f -print0 | sort -z)
  ((${#files[@]} > 0)) || fail "$2 has no files."
  if [[ -n ${GITLAB_CI:-} ]]; then
    publish_on_gitlab "$number" "${files[@]}"
    return
  fi
  release_notes "$number" | gh release create "v$number" --verify-tag --title "Pollux $number" --notes-file - "${files[@]}"
}

# gitlab_api PATH [arguments of curl]: a request about the project, with the token of the job.
gitlab_api() {
  curl --silent --show-error --fail-with-body --max-time 600 --retry 3 --header @<(printf 'JOB-TOKEN: %s\n' "$CI_JOB_TOKEN") \
    --output build/gitlab-response "${@:2}" "$CI_API_V4_URL/projects/$CI_PROJECT_ID/$1" ||
    fail "GitLab rejects $1: $(head -c 500 build/gitlab-response 2>/dev/null)"
}

# publish_on_gitlab NUMBER FILE…: the files go to the package registry of the project, and the release has links to them.
publish_on_gitlab() {
  local number=$1 file
  shift
  for file in CI_API_V4_URL CI_PROJECT_ID CI_JOB_TOKEN; do [[ -n ${!file:-} ]] || fail "$file is not set: GitLab sets it in a job."; done
  install_for release
  mkdir -p build
  for file in "$@"; do gitlab_api "packages/generic/pollux/$number/${file##*/}" --upload-file "$file"; done
  release_notes "$number" | python3 -c '
import json, os, sys
number, *files = sys.argv[1:]
api, project = os.environ["CI_API_V4_URL"], os.environ["CI_PROJECT_ID"]
packages = f"{api}/projects/{project}/packages/generic/pollux/{number}"
links = [{"name": name, "url": f"{packages}/{name}", "link_type": "package"} for name in map(os.path.basename, files)]
print(json.dumps({"tag_name": f"v{number}", "name": f"Pollux {number}", "description": sys.stdin.read(), "assets": {"links": links}}))
' "$number" "$@" >build/gitlab-release.json || fail "The request for the release could not be written."
  gitlab_api releases --header "Content-Type: application/json" --data @build/gitlab-release.json
}

release_command() {
  local command=${1:-} needed=1
  case $command in
    check | notes | source | checksums) needed=2 ;;
    publish) needed=3 ;;
    '' | help | -h | --help) command=help ;;
  esac
  if [[ $command == help ]] || (($# < needed)) || { (($# > needed)) && [[ $command != checksums ]]; }; then
    print_release_help >&2
    [[ $command == help ]] || exit 1
    return
  fi
  case $command in
    check) check_release "$2" ;;
    notes) release_notes "$2" ;;
    source) release_source "$2" ;;
    checksums) release_checksums "${@:2}" ;;
    publish) publish_release "$2" "$3" ;;
    *) prepare_release "$command" ;;
  esac
}
