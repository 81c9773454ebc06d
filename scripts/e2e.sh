# shellcheck shell=bash
# Tests the containers on a Docker Engine: base images, our images and their sizes, the system of docker-compose.yml from
# a user's perspective (test-e2e.sh), and that the tests detect deliberate breakages.

largest_image=40000000

# The folders with a Dockerfile; an image is named after its program.
image_folders=(vote worker result admin seed-data standalone)

image_of() { sed -n 's/^ENTRYPOINT \["\(.*\)"\]$/\1/p' "$1/Dockerfile"; }

# Exports what an image says about its sources: version, commit, and the commit's time, which replaces the time of the build.
# docker-compose.yml reads the same variables. Outside a clone, the commit is unknown and the time 0.
image_arguments() {
  POLLUX_IMAGE_VERSION=$(sed -n 's/^project(pollux VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  POLLUX_IMAGE_REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 0)
  export POLLUX_IMAGE_VERSION POLLUX_IMAGE_REVISION SOURCE_DATE_EPOCH
}

# build_image NAME DOCKERFILE [arguments of docker build]
build_image() {
  local name=$1 file=$2
  shift 2
  image_arguments
  quietly "image-$name" docker build --file "$file" --tag "$name" --build-arg VERSION="$POLLUX_IMAGE_VERSION" \
    --build-arg REVISION="$POLLUX_IMAGE_REVISION" --build-arg SOURCE_DATE_EPOCH "$@" .
}

build_images() {
  local folder started=$SECONDS
  say "Building the images; the first build takes minutes."
  build_image pollux-build vote/Dockerfile --target build
  for folder in "${image_folders[@]}"; do build_image "$(image_of "$folder")" "$folder/Dockerfile"; done
  say "Built the images in $(seconds_since "$started") s."
}

image_size() { docker image inspect --format '{{.Size}}' "$1"; }

# Also prints the size that each image would have with a single stage: that of the build stage, which has the program, too.
print_sizes() {
  local folder name size whole verdict failed=0
  whole=$(image_size pollux-build)
  for folder in "${image_folders[@]}"; do
    name=$(image_of "$folder")
    size=$(image_size "$name")
    verdict=ok
    if ((size > largest_image)); then verdict="FAILED: more than $((largest_image / 1000000)) MB" failed=1; fi
    printf '%-14s %5d kB; in one stage %7d kB; %s\n' "$name" $((size / 1000)) $((whole / 1000)) "$verdict"
  done
  ((failed == 0))
}

# e2e_command [--no-build] [CHECK…]: builds the images and tests them. e2e_command breakages [NAME…]: only the breakages, with the
# images that exist.
e2e_command() {
  local started=$SECONDS failed=0
  if ! engine_answers; then
    engine_command "$root/dev" e2e "$@"
    return
  fi
  install_for e2e
  if [[ ${1:-} == breakages ]]; then
    shift
    exec tests/containers/breakages.sh "$@"
  fi
  base_images
  if [[ ${1:-} != --no-build ]]; then
    build_images
    print_sizes || failed=1
  fi
  ./test-e2e.sh "$@" || failed=1
  if (($# == 0)); then tests/containers/breakages.sh || failed=1; fi
  say "Tested the containers in $(seconds_since "$started") s."
  ((failed == 0))
}
