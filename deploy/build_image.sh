#!/usr/bin/env bash
# Runs in the build stage of the Dockerfiles: build_image.sh libraries, then, with all sources copied, build_image.sh programs.
# The second step finds the objects of the first in ccache and lays out the root file system of each program in
# /image/PROGRAM: the program, its shared libraries, CA certificates, passwd, group and nsswitch.conf.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export LANG=C.UTF-8  # part of the key of ccache: the same as in scripts/build.sh

programs=(pollux pollux-vote pollux-worker pollux-result pollux-seed)

# linked_with PROGRAM: the paths of its shared libraries and of the loader.
linked_with() { ldd "$1" | grep -o '/[^ ]*'; }

lay_out() {
  local program=$1 image=/image/$1 path
  mkdir -p "$image/etc"
  echo 'pollux:x:65532:65532:Pollux:/:/sbin/nologin' >"$image/etc/passwd"
  echo 'pollux:x:65532:' >"$image/etc/group"
  echo 'hosts: files dns' >"$image/etc/nsswitch.conf"
  install -D --strip "build/release/bin/$program" "$image/usr/local/bin/$program"
  # The default CA certificates, where Debian's OpenSSL expects them.
  install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/ca-certificates.crt"
  mkdir -p "$image/usr/lib/ssl"
  ln -s /etc/ssl/certs/ca-certificates.crt "$image/usr/lib/ssl/cert.pem"
  for path in $(linked_with "$image/usr/local/bin/$program"); do
    install -D -m 755 "$path" "$image$path"
  done
}

case $1 in
  libraries)
    cmake --preset release -DPOLLUX_TESTS=OFF -DPOLLUX_BENCH=OFF -DPOLLUX_PROGRAMS=OFF
    cmake --build build/release
    ;;
  programs)
    touch libs/web/node_modules/.installed  # installed from this lockfile; its time stamp differs in the image
    cmake --preset release -DPOLLUX_PROGRAMS=ON
    cmake --build build/release --target "${programs[@]}"
    for program in "${programs[@]}"; do lay_out "$program"; done
    mkdir /image/data  # for the program pollux, which stores its database there
    ;;
esac
