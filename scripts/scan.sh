# shellcheck shell=bash
# ./dev scan, which is also ./snyk-full-scan.sh.

scan_help() {
  cat <<'HELP'
Usage: ./snyk-full-scan.sh [code|dependencies|containers|iac|secrets]…      ./dev scan is the same

Scans for vulnerabilities, everything by default. With the Snyk CLI and a token (SNYK_TOKEN, or snyk auth):

  code           snyk code test
  dependencies   snyk test --unmanaged (sources in this folder), snyk test --all-projects (npm)
  containers     snyk container test, for each of our images
  iac            snyk iac test, the manifests

Without, the free scanners, which are installed if needed:

  code           the static analyzer of clang, cppcheck: our sources without tests; takes minutes
  dependencies   npm audit; debsecan, Debian's security data for the packages in the images (after ./dev sbom)
  containers     hadolint: the Dockerfiles; grype, if installed: the images (after ./dev sbom)
  iac            checkov: manifests, workflows and Dockerfiles; kube-score: the manifests

  secrets        gitleaks, also with Snyk: the files and the history

A scanner whose data cannot be reached is reported as skipped. Accepted findings are in scripts/supply/exceptions.txt, with
the reasons. build/scan has the reports of the scanners, CATEGORY.sarif and summary.md.

Exit status: 0 nothing was found, 1 findings, or an exception that nothing needs, 2 a scanner is missing or failed.
HELP
}

# provide_go_program NAME FOLDER
provide_go_program() {
  local program
  program=$(go_program "$1") || exit 2
  ln -sf "$program" "$2/$1"
}

# provide_scanners CATEGORY…: puts the free scanners of these categories onto PATH; installs them if needed.
provide_scanners() {
  local category programs=$root/build/scan-programs packages
  install_for scan
  mkdir -p "$programs"
  for category in "$@"; do
    case $category in
      containers | iac)
        packages=$(python_packages scan) || exit 2
        export PATH=$packages/bin:$PATH PYTHONPATH=$packages
        ;;&
      iac) provide_go_program kube-score "$programs" ;;
      secrets) provide_go_program gitleaks "$programs" ;;
    esac
  done
  POLLUX_CLANG=clang++$(llvm_suffix)
  export POLLUX_CLANG PATH=$programs:$PATH
}

# scan_command [CATEGORY…]
scan_command() {
  local categories=("$@")
  case ${1:-} in -h | --help) scan_help && return ;; esac
  if (($# == 0)); then categories=(code dependencies containers iac secrets); fi
  if [[ " ${categories[*]} " == *" code "* ]]; then
    install_for test
    build_all release  # the compile commands, and the sources that are generated
  fi
  provide_scanners "${categories[@]}"
  exec /usr/bin/python3 -B scripts/supply/scan.py "${categories[@]}"
}

# The real scanners find planted faults.
check_scanners() {
  provide_scanners code containers secrets  # the packages of containers include checkov
  /usr/bin/python3 -B tests/supply/planted_test.py
}
