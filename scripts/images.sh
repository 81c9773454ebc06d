# shellcheck shell=bash
# ./dev images: our images one by one, as pipelines build, test and publish them. What was tested is published: an image is
# built once per architecture and handed on as a file.
#
# In a registry an image is pollux-vote:TAG-ARCHITECTURE for each architecture, and pollux-vote:TAG is the index of them.

images_help() {
  cat <<'HELP'
Usage: ./dev images COMMAND

  build [folder…]                    build the images of these folders, such as vote, and check their sizes
  check                              build all images if needed, check their sizes and what they contain (docs/supply-chain.md), and
                                     publish one in a registry of this machine
  save DIR [folder…]                 write the images to DIR, one file each
  load DIR                           read the images that save wrote
  login REGISTRY USER                log in with the password in $REGISTRY_PASSWORD
  push REGISTRY TAG [folder…]        push the images as REGISTRY/NAME:TAG-ARCHITECTURE
  publish REGISTRY TAG ARCH,… [folder…]
                                     make REGISTRY/NAME:TAG of the pushed architectures, such as amd64,arm64; print the
                                     digests, and write them to build/images/NAME.digests
  deployment REGISTRY TAG            print how to deploy these images

All images without folders. A tag of Git, such as v0.1.0, is the tag 0.1.0 of images. Registries are such as ghcr.io/somebody. The commands use a running Docker Engine, or the one of
./dev e2e.
HELP
}

# chosen_folders [folder…]: those, or all with an image, one a line.
chosen_folders() {
  local folder
  if (($# == 0)); then set -- "${image_folders[@]}"; fi
  for folder in "$@"; do
    [[ " ${image_folders[*]} " == *" $folder "* ]] || fail "No image is built from '$folder', only from: ${image_folders[*]}."
    printf '%s\n' "$folder"
  done
}

# image_tag TAG: without the v of a tag of Git.
image_tag() { if [[ $1 =~ ^v[0-9] ]]; then echo "${1#v}"; else echo "$1"; fi; }

# The name of an image in a registry; owners on GitHub may have capitals, names of images may not.
published_name() { printf '%s/%s' "${1,,}" "$2"; }

images_build() {
  local folder name size failed=0
  base_image debian:12-slim make_debian debian:12-slim
  for folder in "$@"; do
    name=$(image_of "$folder")
    say "Building $name; the first build takes minutes."
    build_image "$name" "$folder/Dockerfile"
    size=$(image_size "$name")
    echo "$name: $((size / 1000)) kB"
    if ((size > largest_image)); then
      say "$name has more than $((largest_image / 1000000)) MB."
      failed=1
    fi
  done
  ((failed == 0))
}

images_check() {
  base_image debian:12-slim make_debian debian:12-slim
  build_images
  print_sizes
  check_images
  tests/containers/one_program.sh
  install_for registry
  tests/pipeline/registry.sh
}

images_save() {
  local dir=$1 folder name
  shift
  mkdir -p "$dir"
  for folder in "$@"; do
    name=$(image_of "$folder")
    docker image inspect "$name" >/dev/null 2>&1 || fail "There is no image $name: ./dev images build $folder"
    docker save "$name:latest" | gzip -1 >"$dir/.$name.new"
    mv "$dir/.$name.new" "$dir/$name.tar.gz"
  done
}

images_load() {
  local files=("$1"/*.tar.gz) file
  [[ -e ${files[0]} ]] || fail "There are no images in $1: ./dev images save $1"
  for file in "${files[@]}"; do docker load --quiet --input "$file"; done
}

images_login() {
  [[ -n ${REGISTRY_PASSWORD:-} ]] || fail "REGISTRY_PASSWORD is not set."
  docker login --username "$2" --password-stdin "${1%%/*}" <<<"$REGISTRY_PASSWORD"
}

images_push() {
  local registry=$1 tag folder name reference
  tag=$(image_tag "$2")
  shift 2
  for folder in "$@"; do
    name=$(image_of "$folder")
    reference=$(published_name "$registry" "$name"):$tag-$(docker image inspect --format '{{.Architecture}}' "$name")
    docker tag "$name" "$reference"
    docker push --quiet "$reference"
  done
}

# digest_of REFERENCE: that of the manifest, whose hash it is.
digest_of() {
  local hash
  hash=$(set -o pipefail && docker buildx imagetools inspect --raw "$1" | sha256sum) || fail "The registry has no $1."
  echo "sha256:${hash%% *}"
}

# On GitHub, name and digests are also outputs of the step: name, digest, digest_amd64…
images_publish() {
  local registry=$1 tag folder name reference arch arches digests digest
  tag=$(image_tag "$2")
  IFS=, read -ra arches <<<"$3"
  shift 3
  mkdir -p build/images
  for folder in "$@"; do
    name=$(image_of "$folder")
    reference=$(published_name "$registry" "$name"):$tag
    docker buildx imagetools create --tag "$reference" "${arches[@]/#/$reference-}" >&2
    digests=build/images/$name.digests
    digest=$(digest_of "$reference") || exit 1
    printf 'name=%s\ndigest=%s\n' "${reference%:*}" "$digest" >"$digests"
    for arch in "${arches[@]}"; do
      digest=$(digest_of "$reference-$arch") || exit 1
      echo "digest_$arch=$digest" >>"$digests"
    done
    echo "$reference"
    tee -a "${GITHUB_OUTPUT:-/dev/null}" <"$digests"
  done
}

# On GitHub, also the summary of the run.
images_deployment() {
  local registry=${1,,} tag
  tag=$(image_tag "$2")
  tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}" <<TEXT
## Deploying $tag

On a cluster, from a clone of the same commit:

    k8s/deploy-helm.sh production --values my-values.yaml -- --set imageRegistry=$registry \\
      --set vote.image.tag=$tag --set result.image.tag=$tag --set worker.image.tag=$tag

k8s/DEPLOYMENT.md explains the values, and SECRETS-MANAGEMENT.md the Secrets that must exist. To go back to the previous
release: helm rollback pollux --namespace voting-app

On one machine, the whole system in one container:

    docker run -p 8080:8080 -p 8081:8081 -p 127.0.0.1:8082:8082 -v pollux:/data $(published_name "$registry" pollux):$tag
TEXT
}

# images_arguments COMMAND COUNT ARGUMENT…: fails unless there are COUNT arguments.
images_arguments() {
  (($# - 2 >= $2)) || fail "./dev images $1 needs $2 arguments; ./dev images lists the commands."
}

images_command() {
  local command=${1:-help} count folders
  shift || true
  case $command in
    help | -h | --help) images_help && return ;;
    deployment)
      images_arguments "$command" 2 "$@"
      images_deployment "$1" "$2"
      return
      ;;
    build | check) count=0 ;;
    save | load) count=1 ;;
    login | push) count=2 ;;
    publish) count=3 ;;
    *) fail "Unknown command '$command'; ./dev images lists the commands." ;;
  esac
  images_arguments "$command" "$count" "$@"
  folders=$(chosen_folders "${@:count+1}") || exit 1
  mapfile -t folders <<<"$folders"
  if ! engine_answers; then
    engine_command "$root/dev" images "$command" "$@"
    return
  fi
  install_for e2e
  "images_$command" "${@:1:count}" "${folders[@]}"
}
