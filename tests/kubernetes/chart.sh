#!/usr/bin/env bash
# Checks of the chart without a cluster: lint, schemas, unit tests, generated files. See --help.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1

# shellcheck source-path=SCRIPTDIR/../..
source scripts/say.sh
source scripts/packages.sh
source scripts/go_programs.sh
source scripts/manifests.sh
source tests/containers/e2e/report.sh
source tests/kubernetes/chart/presets.sh
source tests/kubernetes/chart/rejections.sh
source tests/kubernetes/chart/examples.sh
source tests/kubernetes/chart/breakages.sh

print_help() {
  cat <<'HELP'
Usage: tests/kubernetes/chart.sh [CHECK…]

Tries charts/pollux without a cluster. Prints a line for each thing tried and, last, how many passed and failed; ends with 1 if
any failed. The programs that it needs are built from Go modules the first time, which takes minutes.

  presets    helm 4 and 3 find no fault, and the API server would accept all that each preset renders (kubeconform -strict)
  unit       the unit tests of the templates, tests/kubernetes/chart/unit
  rejections   values that are wrong are rejected, with a message that says why
  made       k8s/manifests, k8s/monitoring, the chart's README and its copies of files are current; versions agree; the package renders
  examples   the examples of SECRETS-MANAGEMENT.md and DEPLOYMENT.md: the schemas hold, Secrets have the keys that pods need
  breakages  the unit tests and kubeconform notice when a template is broken

All of them without CHECK.
HELP
}

# test_copy FOLDER: copies the chart and its unit tests, which helm-unittest expects beside the chart.
test_copy() {
  rm -rf "$1"
  mkdir -p "$1/charts" "$1/tests/kubernetes/chart"
  cp -r charts/pollux "$1/charts"
  cp -r tests/kubernetes/chart/unit "$1/tests/kubernetes/chart"
}

# unit_tests FOLDER: runs those of such a copy; fails if there are none.
unit_tests() {
  local output
  output=$("$helm_unittest" --color=false --file '../../tests/kubernetes/chart/unit/*_test.yaml' "$1/charts/pollux" 2>&1) &&
    grep -E '^Tests: +[1-9][0-9]* passed, [1-9][0-9]* total$' <<<"$output" && return
  printf '%s\n' "$output"
  return 1
}

check_unit() {
  test_copy "$work/unbroken"
  attempt "the unit tests pass" unit_tests "$work/unbroken" || unit_tests "$work/unbroken" >&2
}

check_made() {
  attempt "k8s/manifests and k8s/monitoring are what ./dev manifests writes" manifests_are_current
  attempt "the chart's README is what ./dev manifests writes" chart_readme_is_current
  attempt "the chart's copies are as their originals" chart_copies_are_current
  attempt "chart and project have the same version" versions_agree
  attempt "the images in Chart.yaml are those of the values" images_agree
  attempt "the packaged chart renders as its folder does" package_renders
}

versions_agree() {
  local project
  project=$(sed -n 's/^project(pollux VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  equal "$(sed -n 's/^appVersion: //p' charts/pollux/Chart.yaml)" "$project"
}

images_agree() {
  diff <(sed -n 's/^ *image: //p' charts/pollux/Chart.yaml | sort -u) \
    <("$helm" template pollux charts/pollux --set seed.enabled=true | sed -n 's/^ *image: //p' | sort -u)
}

package_renders() {
  local folder=$work/package
  "$helm" package charts/pollux --destination "$folder" >/dev/null || return 1
  diff <("$helm" template pollux charts/pollux --values k8s/values-manifests.yaml) \
    <("$helm" template pollux "$folder"/*.tgz --values k8s/values-manifests.yaml)
}

every_check=(presets unit rejections made examples breakages)
chosen=()
while (($#)); do
  case $1 in
    -h | --help) print_help && exit ;;
    *)
      [[ " ${every_check[*]} " == *" $1 "* ]] || fail "There is no check '$1'; tests/kubernetes/chart.sh --help lists them."
      chosen+=("$1")
      ;;
  esac
  shift
done
if ((${#chosen[@]} == 0)); then chosen=("${every_check[@]}"); fi

install_for go
helm=$(go_program helm) && helm3=$(go_program helm3) && helm_unittest=$(go_program helm-unittest) &&
  kubeconform=$(go_program kubeconform) || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
make_schemas "$work/schemas"

for check in "${chosen[@]}"; do "check_$check"; done
summary
