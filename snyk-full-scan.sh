#!/usr/bin/env bash
# Scans the project for vulnerabilities, with Snyk or with free scanners: ./snyk-full-scan.sh --help. The same as ./dev scan.
exec "$(dirname "${BASH_SOURCE[0]}")/dev" scan "$@"
