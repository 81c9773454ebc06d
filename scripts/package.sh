# shellcheck shell=bash
# ./dev package [test] [codename…]: .deb packages of the programs, one set for each Debian release, in build/packages; `own` is
# the release of this machine.
#
# The packages of this machine's own release have the programs of build/release. Those of another release are compiled in a
# root file system of that release, because Debian's libraries have other versions there; docs/adr/0042-packages.md explains it.

packages_dir="$root/build/packages"
package_roots=${XDG_CACHE_HOME:-$HOME/.cache}/pollux/package-roots
package_programs=(pollux pollux-vote pollux-worker pollux-result pollux-admin pollux-seed)

# What systemd-analyze security may report at most, in tenths. tests/packages checks it on the installed units, too.
largest_exposure=15

# shellcheck source=/dev/null
own_codename() { (. /etc/os-release && echo "${VERSION_CODENAME:-unknown}"); }

# The releases to make packages for, if none is named.
package_codenames() {
  case $(system_release) in
    debian:12 | debian:13) echo bookworm trixie ;;
    *) own_codename ;;
  esac
}

# package_suffix CODENAME: sorts the packages of a newer release after those of an older one.
package_suffix() {
  case $1 in
    bookworm) echo deb12 ;;
    trixie) echo deb13 ;;
    noble) echo ubuntu24.04 ;;
    *) fail "There are no packages for '$1', only for bookworm, trixie and noble." ;;
  esac
}

# package_version CODENAME: X.Y.Z-1+deb12 for a tagged commit; for others a version between those of the releases.
package_version() {
  local version number time hash
  version=$(project_version)
  time=$(TZ=UTC0 git show --no-patch --format=%cd --date=format-local:%Y%m%d%H%M%S HEAD)
  hash=$(git rev-parse --short=12 HEAD)
  if git tag --points-at HEAD | grep -q -x -F "v$version"; then
    number=$version
  elif git rev-parse --quiet --verify "refs/tags/v$version" >/dev/null; then
    number="$version+$time.$hash"
  else
    number="$version~$time.$hash"
  fi
  echo "$number-1+$(package_suffix "$1")"
}

# The commit and its time, for scripts/cmake/Revision.cmake.
package_revision() { git show --no-patch --format='%H %ct' HEAD; }

# package_root CODENAME PURPOSE PACKAGES: prints the folder of a root file system with these packages; made at the first call.
package_root() {
  local codename=$1 purpose=$2 packages=$3 mirrors stamp folder
  folder=$package_roots/$codename-$purpose
  ((EUID == 0)) || fail "Packages of other Debian releases, and their test, need root: run this with sudo."
  mirrors=$(apt_mirrors "$codename")
  [[ -n $mirrors ]] || fail "A root file system of Debian $codename needs Debian mirrors in apt's sources."
  stamp=$({ declare -f package_root && echo "$mirrors $packages"; } | sha256sum | cut -c1-16)
  if [[ ! -e $folder/stamp || $(<"$folder/stamp") != "$stamp" ]]; then
    say "Making a root file system of Debian $codename ($purpose)."
    rm -rf "$folder"
    mkdir -p "$folder"
    quietly "package-root-$codename-$purpose" mmdebstrap --variant=minbase --format=directory --include="$packages" \
      --keyring=/usr/share/keyrings/debian-archive-keyring.gpg --aptopt='APT::Install-Recommends "false"' \
      --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"' --dpkgopt=force-unsafe-io \
      --dpkgopt='path-exclude=/usr/share/locale/*' \
      --skip=cleanup/apt/lists "$codename" "$folder/root" - <<<"$mirrors"
    echo "$stamp" >"$folder/stamp"
  fi
  echo "$folder/root"
}

# The root file system in which programs for a release are compiled. The pages are built with the npm packages of this clone, so
# npm itself is not needed.
build_root() {
  local codename=$1 packages
  packages=$(system_release() { [[ $codename == bookworm ]] && echo debian:12 || echo debian:13; }
    node_packages() { echo nodejs; }
    packages_for run)
  package_root "$codename" build "$(echo "$packages build-essential debhelper python3" | tr -s ' \n' ',' | sed 's/,$//')"
}

# in_build_root CODENAME COMMAND…: runs the command in this clone, mounted in the root file system of the release.
in_build_root() {
  local folder
  folder=$(build_root "$1") || exit 1
  shift
  mkdir -p "$folder/pollux" "$folder/ccache"
  # shellcheck disable=SC2016  # expanded by the inner shell
  unshare --mount --pid --fork --kill-child bash -euc '
    folder=$1 clone=$2 cache=$3
    shift 3
    mount --bind "$clone" "$folder/pollux"
    mount --bind "$cache" "$folder/ccache"
    mount -t proc proc "$folder/proc"
    exec chroot "$folder" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb CCACHE_DIR=/ccache \
      CCACHE_BASEDIR=/pollux CCACHE_NOHASHDIR=1 bash -c "cd /pollux && exec \"\$@\"" bash "$@"
  ' bash "$folder" "$root" "$(ccache --get-config cache_dir)" "$@"
}

# compile_for CODENAME: prints the folder of the programs, relative to the clone.
compile_for() {
  local codename=$1 build=build/packages/programs-$1 tests
  if [[ $codename == "$(own_codename)" ]]; then
    tests=$(configured_with "$release_dir")
    configure release "${tests:-OFF}"
    compile release "${package_programs[@]}"
    echo build/release/bin
    return
  fi
  say "Compiling for Debian $codename; the first build takes minutes."
  mkdir -p "$(ccache --get-config cache_dir)"
  quietly "package-configure-$codename" in_build_root "$codename" cmake --preset release -B "$build" \
    -DPOLLUX_TESTS=OFF -DPOLLUX_BENCH=OFF -DNPM_PROGRAM=/bin/false -DPOLLUX_REVISION="$(package_revision)"
  quietly "package-compile-$codename" in_build_root "$codename" nice ninja -C "$build" "${package_programs[@]}"
  echo "$build/bin"
}

# stage CODENAME VERSION PROGRAMS: prints the folder in which debhelper makes the packages, relative to the clone.
stage() {
  local codename=$1 version=$2 programs=$3 name folder=build/packages/stage-$1/pollux
  rm -rf "build/packages/stage-$codename"
  mkdir -p "$folder"/{bin,pages}
  cp -r deploy/debian "$folder/debian"
  for name in "${package_programs[@]}"; do
    cp "$programs/$name" "$folder/bin/"
    if [[ -e deploy/debian/units/$name.service ]]; then
      cat "deploy/debian/units/$name.service" deploy/debian/units/hardening.conf >"$folder/debian/$name.service"
    fi
  done
  cp CHANGELOG.md "$folder/"
  {
    printf 'pollux (%s) %s; urgency=medium\n\n' "$version" "$codename"
    printf '  * Commit %s: CHANGELOG.md has the changes.\n\n' "$(git rev-parse --short=12 HEAD)"
    printf ' -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' deploy/debian/control)" \
      "$(TZ=UTC0 git show --no-patch --format=%cd --date=rfc-local HEAD)"
  } >"$folder/debian/changelog"
  echo "$folder"
}

# make_packages CODENAME: into build/packages, without those of earlier builds.
make_packages() {
  local codename=$1 version programs folder run=()
  version=$(package_version "$codename")
  programs=$(compile_for "$codename") || exit 1
  folder=$(stage "$codename" "$version" "$programs")
  if [[ $codename != "$(own_codename)" ]]; then run=(in_build_root "$codename"); fi
  quietly "package-build-$codename" "${run[@]}" deploy/debian/build.sh "$folder"
  rm -f "$packages_dir"/pollux*"+$(package_suffix "$codename")_"*.deb
  mv "build/packages/stage-$codename"/*.deb "$packages_dir/"
  check_packages "$codename"
}

# check_packages CODENAME: Debian's own checks. Any warning fails.
check_packages() {
  local suffix unit
  suffix=$(package_suffix "$1")
  lintian --fail-on error,warning --suppress-tags "$lintian_suppressed" --allow-root \
    "$packages_dir"/pollux*"+${suffix}_"*.deb || fail "lintian rejects the packages of $1."
  for unit in "$root/build/packages/stage-$1/pollux/debian/"*.service; do
    quietly "package-security-${unit##*/}" systemd-analyze security --no-pager --offline=true \
      --threshold="$largest_exposure" "$unit"
  done
}

# initial-upload-closes-no-bugs: the packages are not uploaded to Debian, where a first upload closes a request.
lintian_suppressed=initial-upload-closes-no-bugs

package_command() {
  local codename codenames test=
  if [[ ${1:-} == test ]]; then test=yes; shift; fi
  if (($# > 0)); then codenames=("$@"); else read -ra codenames <<<"$(package_codenames)"; fi
  codenames=("${codenames[@]/#own/$(own_codename)}")
  for codename in "${codenames[@]}"; do package_suffix "$codename" >/dev/null; done
  install_for package
  git rev-parse --quiet --verify HEAD >/dev/null || fail "Packages have the commit in their version: use a clone."
  mkdir -p "$packages_dir"
  for codename in "${codenames[@]}"; do
    make_packages "$codename"
    say "Packages of $codename: build/packages/*+$(package_suffix "$codename")_*.deb"
    if [[ -n $test ]]; then tests/packages/installed.sh "$codename" || return 1; fi
  done
}
