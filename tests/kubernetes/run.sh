#!/usr/bin/env bash
# The suite on the cluster of KUBECONFIG; `./dev k8s test` makes the cluster first.
#
#   tests/kubernetes/run.sh                      every check, then the breakages
#   tests/kubernetes/run.sh CHECK…               these checks; --list shows them
#   tests/kubernetes/run.sh breakages [NAME…]    breakages that the checks must detect
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

cmake -D NPM_PROGRAM="$(command -v npm)" -D DIRECTORY="$here" -D INSTALLED="$here/node_modules/.installed" \
  -P "$here/../../scripts/cmake/NpmInstall.cmake"
if [[ ${1:-} == breakages ]]; then
  shift
  exec node "$here/breakages.mjs" "$@"
fi
status=0
node "$here/suite.mjs" "$@" || status=$?
if (($# == 0)); then node "$here/breakages.mjs" || status=$?; fi
exit "$status"
