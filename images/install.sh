#!/usr/bin/env bash
# Run while an image is built: installs the packages that the programs are built with.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
source scripts/say.sh
source scripts/packages.sh

install_for run
