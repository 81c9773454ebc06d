# shellcheck shell=bash
# Pollux's images for a local cluster: built with Docker, loaded into the cluster. A cluster does not replace an image of the
# same name, so each image also gets a tag derived from its content; deploy-helm.sh reads it from `images_file`.

images_version=$(sed -n 's/^appVersion: *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' charts/pollux/Chart.yaml)
cluster_images=(vote result worker seed)

folder_of() { if [[ $1 == seed ]]; then echo seed-data; else echo "$1"; fi; }

# images_file CONTEXT: the values file with the tags in the cluster of this context.
images_file() { echo "build/k8s/images-$1.yaml"; }

build_cluster_images() {
  local component number=0
  for component in "${cluster_images[@]}"; do
    number=$((number + 1))
    say "    building pollux-$component ($number of ${#cluster_images[@]}; the first takes minutes, later ones seconds)"
    build_image "pollux-$component" "$(folder_of "$component")/Dockerfile"
  done
}

# content_tag IMAGE: the version and the beginning of the image's id.
content_tag() {
  local id
  id=$(docker image inspect --format '{{.Id}}' "$1")
  id=${id#sha256:}
  echo "$images_version-${id:0:12}"
}

# load_cluster_images CONTEXT: uses `has_image IMAGE` and `load_image IMAGE`, defined for each kind of cluster.
load_cluster_images() {
  local component name tag file
  file=$(images_file "$1")
  mkdir -p "$(dirname "$file")"
  for component in "${cluster_images[@]}"; do
    name=pollux-$component
    docker image inspect "$name" >/dev/null 2>&1 ||
      fail "There is no image $name: run this script without --no-build."
    tag=$(content_tag "$name")
    docker tag "$name" "$name:$images_version"
    docker tag "$name" "$name:$tag"
    if has_image "$name:$tag"; then
      say "    $name:$tag is in the cluster already"
    else
      say "    loading $name:$tag"
      load_image "$name:$images_version"  # what k8s/manifests and the chart's defaults name
      load_image "$name:$tag"
    fi
    echo "$component: {image: {registry: \"\", repository: $name, tag: \"$tag\"}}"
  done >"$file.new"
  mv "$file.new" "$file"
}
