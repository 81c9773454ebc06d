# shellcheck shell=bash
# The packages of Debian and Ubuntu that each command needs, and their installation.

# The system as ID:VERSION_ID, such as debian:12.
system_release() {
  # shellcheck source=/dev/null
  (. /etc/os-release && echo "${ID:-unknown}:${VERSION_ID:-}")
}

# Debian 12's libboost-dev is 1.74, which is too old; elsewhere it is 1.83.
boost_packages() {
  case $(system_release) in
    debian:12) echo libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev ;;
    *) echo libboost-dev libboost-json-dev libboost-url-dev ;;
  esac
}

# The suffix of the newest LLVM tools of the system, such as "-16"; empty on unknown systems.
llvm_suffix() {
  case $(system_release) in
    debian:12) echo -16 ;;
    debian:13) echo -19 ;;
    ubuntu:24.04) echo -18 ;;
  esac
}

# Any installed Node 18 or newer is used; the packages are for machines without one.
node_packages() {
  local version
  version=$(node --version 2>/dev/null || echo v0)
  version=${version#v}
  if ((${version%%.*} < 18)); then echo nodejs npm; elif ! command -v npm >/dev/null; then echo npm; fi
}

# Any installed Cargo 1.75 or newer is used. Debian 12 has a recent one in the package cargo-web.
cargo_packages() {
  local version
  version=$(cargo --version 2>/dev/null || echo cargo 0.0)
  version=${version#cargo *.}
  if ((${version%%.*} >= 75)); then return; fi
  case $(system_release) in
    debian:12) echo cargo-web ;;
    *) echo cargo ;;
  esac
}

# The browser of the system tests: $POLLUX_CHROMIUM, or the first known name that is not a wrapper for a snap.
find_chromium() {
  local name path
  if [[ -n ${POLLUX_CHROMIUM:-} ]]; then
    echo "$POLLUX_CHROMIUM"
    return
  fi
  for name in chromium-headless-shell chromium google-chrome google-chrome-stable; do
    path=$(command -v "$name") || continue
    if ! grep -qsaI '/snap/bin' "$path"; then
      echo "$path"
      return
    fi
  done
}

chromium_packages() {
  if [[ -z $(find_chromium) && $(system_release) != ubuntu:* ]]; then echo chromium-headless-shell; fi
}

# A Docker Engine and its client, unless one is running; mmdebstrap makes images that cannot be pulled.
docker_packages() {
  if docker info >/dev/null 2>&1; then return; fi
  if ! command -v dockerd >/dev/null; then echo docker.io iptables; fi
  echo iproute2 procps slirp4netns util-linux
  case $(system_release) in
    debian:12) echo docker-compose mmdebstrap ;;  # Compose 1; engine.sh installs Compose 2
    debian:*) echo docker-cli docker-buildx docker-compose mmdebstrap ;;
    ubuntu:*) echo docker-buildx docker-compose-v2 ;;
  esac
}

monitoring_packages() {
  echo prometheus prometheus-alertmanager prometheus-node-exporter prometheus-blackbox-exporter
}

# packages_for PURPOSE: run, cluster, cluster_monitoring, test, screenshots, diagram, monitoring, lint, stats, sanitize,
# scan, signatures, supply, bench, package, release, registry, e2e, k8s or go.
packages_for() {
  local llvm
  llvm=$(llvm_suffix)
  case $1 in
    run)
      echo g++ cmake ninja-build ccache pkg-config ca-certificates
      boost_packages
      # prometheus-cpp's CMake file asks for curl and zlib, also for its core alone.
      echo libhiredis-dev libpq-dev libsodium-dev libutf8proc-dev
      echo libssl-dev libsqlite3-dev libfmt-dev libspdlog-dev libkainjow-mustache-dev
      echo prometheus-cpp-dev libcurl4-openssl-dev zlib1g-dev
      node_packages
      ;;
    cluster)
      packages_for run
      echo redis-server postgresql postgresql-client openssl
      ;;
    cluster_monitoring) echo prometheus prometheus-alertmanager ;;
    test)
      packages_for run
      packages_for cluster
      echo sqlite3 groff-base libgtest-dev libgmock-dev librapidcheck-dev apache2-utils pgbouncer
      echo nginx-light haproxy openssl iproute2
      monitoring_packages
      echo python3-socketio python3-engineio python3-requests python3-websocket
      echo python3-pip python3-setuptools python3-wheel
      packages_for monitoring
      cargo_packages
      chromium_packages
      ;;
    screenshots)
      packages_for test
      echo fonts-inter
      ;;
    diagram)
      echo cmake
      node_packages
      chromium_packages
      ;;
    lint)
      packages_for test
      echo "clang-format$llvm" shellcheck python3
      ;;
    package)
      packages_for run
      echo build-essential debhelper lintian systemd python3 git mmdebstrap curl
      # The servers of the test of the packages.
      echo redis-server postgresql postgresql-client util-linux procps
      ;;
    release) echo curl python3 ;;
    stats) echo python3 ;;
    monitoring) echo python3 python3-yaml ;;
    sanitize)
      packages_for test
      echo "clang$llvm" "libclang-rt$llvm-dev" "lld$llvm"
      ;;
    scan)
      packages_for supply
      echo "clang$llvm" cppcheck debsecan
      node_packages
      ;;
    signatures) echo docker-registry python3 skopeo ;;
    supply) echo binutils git python3 python3-pip python3-setuptools python3-wheel ;;
    bench)
      packages_for cluster
      echo nginx-light
      ;;
    registry) echo docker-registry curl python3 ;;
    e2e)
      docker_packages
      echo curl
      ;;
    k8s)
      packages_for e2e
      echo containerd runc containernetworking-plugins conntrack nftables iproute2 openssl procps util-linux
      ;;
    go)
      # Any version: an old one can download the version that scripts/go_programs.sh needs.
      if ! command -v go >/dev/null; then echo golang-go ca-certificates; fi
      ;;
    *) fail "No packages are known for '$1'." ;;
  esac
}

# missing_for PURPOSE: its packages that are not installed, one a line.
missing_for() {
  local wanted installed
  mapfile -t wanted < <(packages_for "$1" | tr ' ' '\n' | sed '/^$/d' | sort -u)
  if ((${#wanted[@]} == 0)); then return; fi
  # dpkg-query fails for unknown packages, which is expected here.
  installed=$({ dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true; } |
    sed -n 's/^installed //p' | sort -u)
  comm -23 <(printf '%s\n' "${wanted[@]}") <(printf '%s\n' "$installed")
}

# install_for PURPOSE: installs missing packages, if there are any.
install_for() {
  local missing
  if ! command -v dpkg-query >/dev/null; then return; fi  # not Debian: CMake reports what is missing
  mapfile -t missing < <(missing_for "$1")
  if ((${#missing[@]} > 0)); then install_packages "${missing[@]}"; fi
}

# install_packages PACKAGE…: commands that run side by side install one after the other.
install_packages() {
  local missing=("$@") as_root=() apt_lock
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "Packages are missing, and installing them needs root or sudo;" \
      "as root run: apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  mkdir -p "$root/build"
  exec {apt_lock}>"$root/build/apt.lock"
  flock "$apt_lock"
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  # Without systemd, a runlevel of 1 prevents packages from starting daemons; with systemd, see mask_services.
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    apt-get -q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
  quietly apt-update "${apt[@]}" update
  mask_services
  quietly apt-install "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
  exec {apt_lock}>&-
}

# The services of packages of which we need the programs only. systemd would start them now and at each boot: nginx would take
# port 80, and Prometheus the port of our management listener. Services that exist stay as they are: PostgreSQL's is there
# without the package `postgresql`, if only `postgresql-17` is installed.
mask_services() {
  local package service masked=()
  if ! command -v systemctl >/dev/null; then return; fi
  for package in "${missing[@]}"; do
    case $package in
      nginx-light) service=nginx.service ;;
      docker-registry | haproxy | pgbouncer | postgresql | redis-server | prometheus | prometheus-alertmanager | prometheus-*-exporter)
        service=$package.service
        ;;
      *) continue ;;
    esac
    if ! systemctl cat "$service" >/dev/null 2>&1; then masked+=("$service"); fi
  done
  if ((${#masked[@]} == 0)); then return; fi
  say "Masking ${masked[*]}: undone by systemctl unmask."
  quietly mask "${as_root[@]}" systemctl mask "${masked[@]}"
}

# Debian has Chromium without its windows as a program of its own, in which opening a page takes a fifth of the CPU time. If it
# can't be installed, an installed browser is used.
prefer_headless_shell() {
  if ((EUID != 0)) || [[ -n ${POLLUX_CHROMIUM:-} || $(system_release) != debian:* ]]; then return; fi
  if command -v chromium-headless-shell >/dev/null; then return; fi
  (install_packages chromium-headless-shell) || say "The tests use $(find_chromium)."
}

# The system tests use a real browser; Ubuntu packages it only as a snap, which does not run everywhere.
require_chromium() {
  prefer_headless_shell
  POLLUX_CHROMIUM=$(find_chromium)
  [[ -x $POLLUX_CHROMIUM ]] || fail "The tests need Chromium, which is not packaged for this system: install Google Chrome," \
    "or set POLLUX_CHROMIUM to the path of a Chromium."
  export POLLUX_CHROMIUM
}
