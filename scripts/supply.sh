# shellcheck shell=bash
# What our images contain, and that builds can be repeated; docs/supply-chain.md is for users.

bills=build/sbom  # IMAGE.spdx.json; IMAGE.tar, the root file system that it describes; dpkg, the packages of the build stage

# with_engine COMMAND…: succeeds if an engine answers; otherwise runs ./dev COMMAND… with one, and exits with its status.
with_engine() {
  local status=0
  if engine_answers; then return; fi
  engine_command "$root/dev" "$@" || status=$?
  exit "$status"
}

# python_packages NAME: prints the folder of the packages from PyPI that scripts/supply/NAME.txt lists; downloads them first.
python_packages() {
  local list=$root/scripts/supply/$1.txt folder
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/pollux/python-$1-$(sha256sum <"$list" | cut -c1-16)
  if [[ ! -e $folder/.installed ]]; then
    install_for supply
    quietly "python-$1" /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
      --no-compile --upgrade --target "$folder" --requirement "$list"
    touch "$folder/.installed"
  fi
  printf '%s\n' "$folder"
}

# image_label IMAGE NAME: the value of the label org.opencontainers.image.NAME.
image_label() { docker image inspect --format "{{index .Config.Labels \"org.opencontainers.image.$2\"}}" "$1"; }

# export_image IMAGE FILE: writes the root file system of the image to a tar file.
export_image() {
  local container
  container=$(docker create "$1") || fail "There is no image $1: ./dev e2e builds the images."
  docker export --output "$2" "$container" || fail "The image $1 could not be exported."
  docker rm --volumes "$container" >/dev/null
}

write_bill() {
  local image=$1 name=${1##*/} packages revision
  name=${name%%[:@]*}
  packages=$(python_packages sbom) || exit 1
  export_image "$image" "$bills/$name.tar"
  revision=$(image_label "$image" revision)
  PYTHONPATH=$packages /usr/bin/python3 -B scripts/supply/sbom.py --root "$bills/$name.tar" --name "$name" \
    --version "$(image_label "$image" version)" --revision "$revision" \
    --created "$(git log -1 --format=%ct "$revision" 2>/dev/null || echo 0)" --output "$bills/$name.spdx.json" || return 1
  say "  $bills/$name.spdx.json"
}

# sbom_command [IMAGE…]: by default our images, which are built if needed.
sbom_command() {
  local image folder images=("$@")
  with_engine sbom "$@"
  install_for supply
  mkdir -p "$bills"
  if (($# == 0)); then
    base_images
    build_images
    for folder in "${image_folders[@]}"; do images+=("$(image_of "$folder")"); done
  fi
  for image in "${images[@]}"; do write_bill "$image" || fail "No bill of materials for $image."; done
}

# The images' bills of materials against dpkg in the build stage; their programs against those of build/release.
check_images() {
  local folder images=()
  say "Checking what the images contain."
  for folder in "${image_folders[@]}"; do images+=("$(image_of "$folder")"); done
  mkdir -p "$bills"
  # shellcheck disable=SC2016  # expanded by dpkg-query and by the container's shell
  docker run --rm pollux-build sh -c '
    dpkg-query --show --showformat "package \${Package} \${Version} \${Architecture}\n"
    cd /var/lib/dpkg/info && grep --extended-regexp "\.so(\.|$)" *.list | sed "s/\.list:/ /; s/:[a-z0-9]* / /; s/^/file /"' >"$bills/dpkg" ||
    fail "dpkg in the build stage could not be read."
  ./dev sbom "${images[@]}" && POLLUX_BILLS=$bills PYTHONPATH=$(python_packages sbom) /usr/bin/python3 -B tests/supply/images_test.py
}

# --- The same commit gives the same bytes. ---

# build_copy FOLDER VARIABLE=VALUE… -- OUTPUT…: builds these outputs of ninja from the commit in a new folder, without ccache.
build_copy() {
  local folder=$1 variables=()
  shift
  while [[ $1 != -- ]]; do variables+=("$1") && shift; done
  shift
  say "Building in $folder."
  mkdir -p "$folder"
  git archive HEAD | tar --extract --directory "$folder"
  (cd "$folder" && env CCACHE_DISABLE=1 "${variables[@]}" cmake --preset release -DPOLLUX_TESTS=OFF -DPOLLUX_BENCH=OFF &&
    env CCACHE_DISABLE=1 "${variables[@]}" ninja -C build/release "$@") >"$folder.log" 2>&1 ||
    show_and_fail "$folder.log" "The build in $folder failed"
}

# compare_copies FOLDER OTHER OUTPUT…
compare_copies() {
  local folder=$1/build/release other=$2/build/release output different=0
  shift 2
  for output in "$@"; do
    if cmp "$folder/$output" "$other/$output"; then
      echo "same       $(sha256sum <"$folder/$output" | cut -c1-64)  $output"
    else
      echo "DIFFERENT  $output"
      different=1
      if command -v diffoscope >/dev/null; then diffoscope "$folder/$output" "$other/$output" || true; fi
    fi
  done
  ((different == 0))
}

# same_image ONE OTHER: compares the layers and the configuration. Engines before 23 ignore SOURCE_DATE_EPOCH, so the times of
# creation differ there, and with them the ids.
same_image() {
  local engine part
  engine=$(docker version --format '{{.Server.Version}}')
  for part in RootFS Config Architecture Os; do
    diff <(docker image inspect --format "{{json .$part}}" "$1") <(docker image inspect --format "{{json .$part}}" "$2") ||
      { echo "DIFFERENT  $part of the image"; return 1; }
  done
  if [[ $(docker image inspect --format '{{.Id}}' "$1") == $(docker image inspect --format '{{.Id}}' "$2") ]]; then
    echo "same       image, $(docker image inspect --format '{{.Id}}' "$1")"
  elif ((${engine%%.*} < 23)); then
    echo "same       layers and configuration of the image; its time of creation differs, as engine $engine always sets it"
  else
    echo "DIFFERENT  id of the image"
    return 1
  fi
}

# Builds the image of `pollux`, which has all parts, twice without the engine's cache.
reproducible_image() {
  local copy work
  with_engine reproducible image
  image_arguments
  base_image debian:12-slim make_debian debian:12-slim
  work=$(mktemp -d)
  for copy in one another-name; do
    mkdir "$work/$copy"
    git archive HEAD | tar --extract --directory "$work/$copy"
    say "Building the image pollux in $work/$copy."
    (cd "$work/$copy" && build_image "pollux-copy-$copy" standalone/Dockerfile --no-cache)
  done
  rm -r "$work"
  same_image pollux-copy-one pollux-copy-another-name || exit 1
  docker image rm pollux-copy-one pollux-copy-another-name >/dev/null
}

# reproducible_command [OUTPUT…|image]: the programs by default, as bin/pollux.
reproducible_command() {
  local work outputs=("$@") status=0
  if [[ ${1:-} == image ]]; then reproducible_image && return; fi
  if (($# == 0)); then outputs=(bin/pollux bin/pollux-vote bin/pollux-worker bin/pollux-result bin/pollux-admin bin/pollux-seed); fi
  install_for run
  [[ -z $(git status --porcelain) ]] || say "Building the commit $(git rev-parse --short HEAD), without the uncommitted changes."
  work=$(mktemp -d)
  build_copy "$work/one" TZ=Pacific/Kiritimati LC_ALL=C -- -j1 "${outputs[@]}"
  (umask 077 && build_copy "$work/another/folder/with-a-longer-name" TZ=Etc/GMT+12 LC_ALL=C.UTF-8 -- -j"$(($(nproc) + 1))" "${outputs[@]}") || exit 1
  compare_copies "$work/one" "$work/another/folder/with-a-longer-name" "${outputs[@]}" || status=1
  if ((status == 0)); then rm -r "$work"; else say "The builds are in $work."; fi
  return "$status"
}
