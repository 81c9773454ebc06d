# shellcheck shell=bash
# Which packages of Debian and Ubuntu each purpose needs, and how they come onto the machine.

# The system as ID:VERSION_ID, such as debian:12.
system_release() {
  # shellcheck source=/dev/null
  (. /etc/os-release && echo "${ID:-unknown}:${VERSION_ID:-}")
}

# Plain libboost-dev is 1.74 on Debian 12, older than we need; elsewhere it is 1.83.
boost_packages() {
  case $(system_release) in
    debian:12) echo libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev ;;
    *) echo libboost-dev libboost-json-dev libboost-url-dev ;;
  esac
}

# "-16" and so on: the suffix of the newest LLVM tools of the system, empty where we do not know it.
llvm_suffix() {
  case $(system_release) in
    debian:12) echo -16 ;;
    debian:13) echo -19 ;;
    ubuntu:24.04) echo -18 ;;
  esac
}

# Node 18 or newer counts from wherever it comes; the system's packages are for machines without.
node_packages() {
  local version
  version=$(node --version 2>/dev/null || echo v0)
  version=${version#v}
  if ((${version%%.*} < 18)); then echo nodejs npm; elif ! command -v npm >/dev/null; then echo npm; fi
}

# Cargo 1.75 or newer counts from wherever it comes. Debian 12's own is older; it has a newer one under another name.
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

# The browser of the system tests: $POLLUX_CHROMIUM, or the first of the usual names that is not a snap's stand-in.
find_chromium() {
  local name path
  if [[ -n ${POLLUX_CHROMIUM:-} ]]; then
    echo "$POLLUX_CHROMIUM"
    return
  fi
  for name in chromium google-chrome google-chrome-stable; do
    path=$(command -v "$name") || continue
    if ! grep -qsaI '/snap/bin' "$path"; then
      echo "$path"
      return
    fi
  done
}

chromium_packages() {
  if [[ -z $(find_chromium) && $(system_release) != ubuntu:* ]]; then echo chromium; fi
}

# An engine and what Docker needs to speak to it, where there is none; mmdebstrap makes the images that can't be pulled.
docker_packages() {
  if docker info >/dev/null 2>&1; then return; fi
  if ! command -v dockerd >/dev/null; then echo docker.io iptables; fi
  echo iproute2 procps slirp4netns util-linux
  case $(system_release) in
    debian:12) echo docker-compose mmdebstrap ;;  # Compose 1; engine.sh fetches Compose 2
    debian:*) echo docker-cli docker-buildx docker-compose mmdebstrap ;;
    ubuntu:*) echo docker-buildx docker-compose-v2 ;;
  esac
}

# packages_for PURPOSE: run, cluster, test, screenshots, diagram, lint, fuzz, bench, e2e, k8s or go.
packages_for() {
  local llvm
  llvm=$(llvm_suffix)
  case $1 in
    run)
      echo g++ cmake ninja-build ccache pkg-config ca-certificates
      boost_packages
      # prometheus-cpp's CMake file asks for curl and zlib, also for its core alone.
      echo libhiredis-dev libpq-dev libutf8proc-dev
      echo libssl-dev libsqlite3-dev libfmt-dev libspdlog-dev libkainjow-mustache-dev
      echo prometheus-cpp-dev libcurl4-openssl-dev zlib1g-dev
      node_packages
      ;;
    cluster)
      packages_for run
      echo redis-server postgresql postgresql-client openssl
      ;;
    test)
      packages_for run
      packages_for cluster
      echo libgtest-dev libgmock-dev librapidcheck-dev apache2-utils pgbouncer
      echo nginx-light haproxy openssl iproute2
      echo python3-socketio python3-engineio python3-requests python3-websocket
      echo python3-pip python3-setuptools python3-wheel
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
      echo "clang-format$llvm" shellcheck
      ;;
    fuzz)
      packages_for run
      echo "clang$llvm" "libclang-rt$llvm-dev"
      ;;
    bench)
      packages_for cluster
      echo nginx-light
      ;;
    e2e)
      docker_packages
      echo curl
      ;;
    k8s)
      packages_for e2e
      echo containerd runc containernetworking-plugins conntrack nftables iproute2 openssl procps util-linux
      ;;
    go)
      # Any Go will do: an old one fetches what scripts/go_programs.sh needs.
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
  # dpkg-query fails over packages that it has never heard of, which is what we ask it.
  installed=$({ dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true; } |
    sed -n 's/^installed //p' | sort -u)
  comm -23 <(printf '%s\n' "${wanted[@]}") <(printf '%s\n' "$installed")
}

# install_for PURPOSE: installs what is missing; does and says nothing when nothing is.
install_for() {
  local missing as_root=()
  if ! command -v dpkg-query >/dev/null; then return; fi  # not Debian: CMake names what it misses
  mapfile -t missing < <(missing_for "$1")
  if ((${#missing[@]} == 0)); then return; fi

  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "Packages are missing and this is neither root nor a machine with sudo;" \
      "as root run: apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  # A runlevel of 1 keeps packages from starting their daemons: we want nginx's program, not a server on port 80.
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    apt-get -q -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3)
  quietly apt-update "${apt[@]}" update
  quietly apt-install "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
}

# The system tests drive a real browser; Ubuntu has it as a snap only, which does not run everywhere.
require_chromium() {
  POLLUX_CHROMIUM=$(find_chromium)
  [[ -x $POLLUX_CHROMIUM ]] || fail "The tests need Chromium, which this system does not offer as a package: install" \
    "Google Chrome, or set POLLUX_CHROMIUM to the path of a Chromium."
  export POLLUX_CHROMIUM
}
