# shellcheck shell=bash
# The containers proved on a real engine: what ours are made from, our images and their sizes, the system of
# docker-compose.yml from a user's side (test-e2e.sh), and that what tries it would notice if it were broken.

largest_image=40000000

# Each program's folder, whose Dockerfile makes an image that is named after the program.
image_folders=(vote worker result seed-data standalone)

image_of() { sed -n 's/^ENTRYPOINT \["\(.*\)"\]$/\1/p' "$1/Dockerfile"; }

# build_image NAME DOCKERFILE [arguments of docker build]
build_image() {
  local name=$1 file=$2 version revision
  shift 2
  version=$(sed -n 's/^project(pollux VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
  quietly "image-$name" docker build --file "$file" --tag "$name" \
    --build-arg VERSION="$version" --build-arg REVISION="$revision" "$@" .
}

build_images() {
  local folder started=$SECONDS
  say "Building the images; the first one takes minutes."
  build_image pollux-build vote/Dockerfile --target build
  for folder in "${image_folders[@]}"; do build_image "$(image_of "$folder")" "$folder/Dockerfile"; done
  say "Built the images in $(seconds_since "$started") s."
}

image_size() { docker image inspect --format '{{.Size}}' "$1"; }

# Beside the size of each image: what it would be with one stage only, since the build stage holds the program as well.
print_sizes() {
  local folder name size whole verdict failed=0
  whole=$(image_size pollux-build)
  for folder in "${image_folders[@]}"; do
    name=$(image_of "$folder")
    size=$(image_size "$name")
    verdict=good
    if ((size > largest_image)); then verdict="FAULTY: more than $((largest_image / 1000000)) MB" failed=1; fi
    printf '%-14s %5d kB; in one stage %7d kB; %s\n' "$name" $((size / 1000)) $((whole / 1000)) "$verdict"
  done
  ((failed == 0))
}

e2e_command() {
  local started=$SECONDS failed=0
  if ! engine_answers; then
    engine_command "$root/dev" e2e "$@"
    return
  fi
  install_for e2e
  base_images
  build_images
  print_sizes || failed=1
  ./test-e2e.sh "$@" || failed=1
  if (($# == 0)); then tests/containers/breakages.sh || failed=1; fi
  say "The containers were tried in $(seconds_since "$started") s."
  ((failed == 0))
}
