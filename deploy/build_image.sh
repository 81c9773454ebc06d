#!/usr/bin/env bash
# Runs in the build stage of the Dockerfiles: build_image.sh libraries, then, with all sources copied, build_image.sh programs.
# The second step finds the objects of the first in ccache and lays out the root file system of each program in
# /image/PROGRAM: the program, its shared libraries, CA certificates, passwd, group, nsswitch.conf and os-release; and, for
# scanners, dpkg's status of the packages that these files are from, one file per package as in distroless images.
#
# All files get the time SOURCE_DATE_EPOCH (seconds), so that two builds of a commit have the same layers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export LANG=C.UTF-8  # part of the key of ccache: the same as in scripts/build.sh

programs=(pollux pollux-vote pollux-worker pollux-result pollux-admin pollux-seed)

# linked_with PROGRAM: the paths of its shared libraries and of the loader.
linked_with() { ldd "$1" | grep -o '/[^ ]*'; }

# packages_of FILE…: the packages that installed them. dpkg knows some files of /usr/lib as /lib, and the reverse.
packages_of() {
  local path known
  known=$(dpkg-query --search "$@" "${@/#//usr}" "${@#/usr}" 2>/dev/null || true)  # it fails for the names not known
  for path in "$@"; do
    grep -q ": \(/usr\)\{0,1\}${path#/usr}\$" <<<"$known" || { echo "No package contains $path." >&2; return 1; }
  done
  cut -d: -f1 <<<"$known" | sort -u
}

# compiled_into PROGRAM: a header of each library of headers that the program was compiled with.
compiled_into() {
  local headers folder
  headers=$(ninja -C build/release -t inputs "bin/$1" | grep '\.o$' | xargs ninja -C build/release -t deps | grep -o '/usr/include/.*')
  for folder in boost kainjow; do sed -n "\\|^/usr/include/$folder/|{p;q}" <<<"$headers"; done
}

# describe_packages IMAGE FILE…: writes the status of the packages of these files and, except of headers, the checksums of
# their files.
describe_packages() {
  local image=$1 packages package
  shift
  mkdir -p "$image/var/lib/dpkg/status.d"
  packages=$(packages_of "$@")
  for package in $packages; do
    dpkg-query --status "$package" >"$image/var/lib/dpkg/status.d/$package"
    if [[ $package != *-dev ]]; then
      dpkg-query --control-show "$package" md5sums >"$image/var/lib/dpkg/status.d/$package.md5sums"
    fi
  done
}

lay_out() {
  local program=$1 image=/image/$1 path libraries headers
  mkdir -p "$image/etc"
  echo 'pollux:x:65532:65532:Pollux:/:/sbin/nologin' >"$image/etc/passwd"
  echo 'pollux:x:65532:' >"$image/etc/group"
  echo 'hosts: files dns' >"$image/etc/nsswitch.conf"
  install -D --strip "build/release/bin/$program" "$image/usr/local/bin/$program"
  # The default CA certificates, where Debian's OpenSSL expects them.
  install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/ca-certificates.crt"
  mkdir -p "$image/usr/lib/ssl"
  ln -s /etc/ssl/certs/ca-certificates.crt "$image/usr/lib/ssl/cert.pem"
  mapfile -t libraries < <(linked_with "$image/usr/local/bin/$program")
  for path in "${libraries[@]}"; do install -D -m 755 "$path" "$image$path"; done
  install -D -m 644 /etc/os-release "$image/etc/os-release"
  mapfile -t headers < <(compiled_into "$program")
  describe_packages "$image" /usr/lib/os-release /usr/sbin/update-ca-certificates "${libraries[@]}" "${headers[@]}"
}

case $1 in
  libraries)
    cmake --preset release -DPOLLUX_TESTS=OFF -DPOLLUX_BENCH=OFF -DPOLLUX_PROGRAMS=OFF
    cmake --build build/release
    ;;
  programs)
    touch libs/web/node_modules/.installed  # installed from this lockfile; its time stamp differs in the image
    revision=
    if [[ ${REVISION:-unknown} != unknown ]]; then revision="$REVISION ${SOURCE_DATE_EPOCH:-0}"; fi
    cmake --preset release -DPOLLUX_PROGRAMS=ON -DPOLLUX_REVISION="$revision"
    cmake --build build/release --target "${programs[@]}"
    for program in "${programs[@]}"; do lay_out "$program"; done
    mkdir /image/data  # for the program pollux, which stores its database there
    find /image -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH:-0}" {} +
    ;;
esac
