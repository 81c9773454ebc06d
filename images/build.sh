#!/usr/bin/env bash
# Run while an image is built, in two steps: `build.sh libraries` and, once all sources are there, `build.sh programs`,
# which finds in ccache what the first step compiled. The second lays out in /image/PROGRAM the root file system of each
# program: the program, the libraries that it is linked with, and the files that name its user and say how names are found.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export LANG=C.UTF-8  # ccache tells languages apart: the same as in scripts/build.sh

programs=(pollux pollux-vote pollux-worker pollux-result pollux-seed)

# The paths of the shared libraries and of the loader that a program names.
linked_with() { ldd "$1" | grep -o '/[^ ]*'; }

lay_out() {
  local program=$1 image=/image/$1 path
  mkdir -p "$image/etc"
  echo 'pollux:x:65532:65532:Pollux:/:/sbin/nologin' >"$image/etc/passwd"
  echo 'pollux:x:65532:' >"$image/etc/group"
  echo 'hosts: files dns' >"$image/etc/nsswitch.conf"
  install -D --strip "build/release/bin/$program" "$image/usr/local/bin/$program"
  # The authorities that TLS trusts unless it is told otherwise, where OpenSSL of this system looks for them.
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
    touch web/node_modules/.installed  # from this very lockfile, whatever its time stamp says
    cmake --preset release -DPOLLUX_PROGRAMS=ON
    cmake --build build/release --target "${programs[@]}"
    for program in "${programs[@]}"; do lay_out "$program"; done
    mkdir /image/data  # empty, for the one program that keeps files
    ;;
esac
