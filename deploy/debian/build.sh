#!/usr/bin/env bash
# build.sh DIR: makes the packages from a folder that scripts/package.sh has prepared, with the debhelper of the release that
# they are for. They are written beside the folder. The same input gives the same bytes: all times are that of the commit.
set -euo pipefail
cd "$1"

date=$(date --utc --date "$(dpkg-parsechangelog --show-field Date)" +%F)
for program in bin/*; do python3 -B debian/pages.py "$program" pages "$date"; done
dpkg-buildpackage --build=binary --no-sign --no-pre-clean
