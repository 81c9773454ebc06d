#!/usr/bin/env bash
# Runs in the build stage of the Dockerfiles: installs the packages that the build needs.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
source scripts/say.sh
source scripts/packages.sh

install_for run
