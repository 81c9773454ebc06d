# shellcheck shell=bash
# Imports the images of `./dev e2e` into a cluster, with the names that charts/pollux and k8s/manifests use.
#
# Images are built and saved only if their sources have changed, and imported only if the cluster does not have them:
# $k8s_dir/images/saved lists the images of the last build, node/containerd/imported those of the local cluster.

prometheus_image=prom/prometheus:v3.16.0  # of docker-compose.yml
k8s_images=(pollux-vote pollux-worker pollux-result pollux-admin pollux-seed redis:7 postgres:15 "$prometheus_image")

# k8s_image_name IMAGE: prints its name and tag.
k8s_image_name() {
  case $1 in
    *:*) printf '%s\n' "$1" ;;
    *) printf '%s:%s\n' "$1" "$(project_version)" ;;
  esac
}

# Prints a hash of the images' sources; .dockerignore lists the same.
k8s_image_sources() {
  git ls-files --cached --others --exclude-standard -z -- CMakeLists.txt CMakePresets.json scripts/cmake deploy libs admin vote worker \
    result standalone seed-data scripts/say.sh scripts/packages.sh scripts/base_images.sh scripts/e2e.sh \
    tests/containers/redis tests/containers/postgres tests/containers/prometheus ':!deploy/monitoring' ':!*_test.cpp' ':!*/README.md' |
    { xargs -0 sha256sum 2>/dev/null || true; } | sha256sum | cut -c1-64
}

# k8s_prepare_images: saves changed images to $k8s_dir/images, one archive per image, named by its id.
k8s_prepare_images() {
  local sources folder=$k8s_dir/images
  sources=$(k8s_image_sources)
  if [[ -e $folder/saved && $(<"$folder/sources") == "$sources" ]]; then return; fi
  mkdir -p "$folder"
  engine_command "$root/dev" k8s save-images "$folder" || fail "The images could not be built."
  printf '%s\n' "$sources" >"$folder/sources"
}

# k8s_save_images FOLDER: needs an engine.
k8s_save_images() {
  local folder=$1 image name id list=()
  base_images
  base_image "$prometheus_image" make_server "$prometheus_image" prometheus
  build_images
  for image in "${k8s_images[@]}"; do
    name=$(k8s_image_name "$image")
    if [[ $name != "$image" ]]; then docker tag "$image" "$name"; fi
    id=$(docker image inspect --format '{{.Id}}' "$name")
    id=${id#sha256:}
    list+=("$id $name")
    if [[ ! -e $folder/$id.tar ]]; then
      say "  saving $name"
      docker save --output "$folder/$id.tar.new" "$name"
      mv "$folder/$id.tar.new" "$folder/$id.tar"
    fi
  done
  printf '%s\n' "${list[@]}" >"$folder/saved"
  find "$folder" -name '*.tar*' -printf '%f\n' | grep -v -F -f <(cut -d' ' -f1 "$folder/saved") | (cd "$folder" && xargs -r rm) || true
}

# k8s_import_images: imports into the local cluster, with two tags each for the test of an upgrade.
k8s_import_images() {
  local id name started=$SECONDS imported=$k8s_dir/node/containerd/imported count=0
  touch "$imported"
  while read -r id name; do
    if grep -qx "$id $name" "$imported"; then continue; fi
    k8s_ctr images import "$k8s_dir/images/$id.tar"
    count=$((count + 1))
    case $name in
      pollux-*) k8s_ctr images tag --force "docker.io/library/$name" "docker.io/library/$name-next" ;;
    esac
    sed -i "/ ${name//\//\\/}\$/d" "$imported"
    printf '%s %s\n' "$id" "$name" >>"$imported"
  done <"$k8s_dir/images/saved"
  if ((count > 0)); then say "  imported $count images in $(seconds_since "$started") s"; fi
}

# k8s_import_programs FOLDER: imports one image with all programs that run in pods; the pod's command selects one. Without a
# command it is what holds a pod.
k8s_import_programs() {
  local folder=$1 work layer version imported=$k8s_dir/node/containerd/programs
  version="$folder $(sha256sum <"$k8s_sources/pause.c")"
  k8s_await 30 "containerd answers" test -e "$k8s_dir/node/containerd-ready"
  if [[ -e $imported && $(<"$imported") == "$version" ]]; then return; fi
  work=$k8s_dir/programs
  rm -rf "$work"
  mkdir -p "$work"/{image,root/tmp}
  chmod 1777 "$work/root/tmp"
  cc -O2 -static -o "$work/root/pause" "$k8s_sources/pause.c" || fail "The program that holds pods could not be compiled."
  tar --create --file "$work/image/layer.tar" --mtime=@0 --owner=0 --group=0 --numeric-owner \
    -C "$work/root" tmp pause -C "$folder" coredns metrics-server probe traefik
  layer=$(sha256sum "$work/image/layer.tar")
  cat >"$work/image/config.json" <<JSON
{"architecture": "$(dpkg --print-architecture)", "os": "linux", "config": {"Cmd": ["/pause"], "WorkingDir": "/"},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:${layer%% *}"]}}
JSON
  echo '[{"Config": "config.json", "RepoTags": ["pollux.local/programs:1"], "Layers": ["layer.tar"]}]' >"$work/image/manifest.json"
  tar --create --file "$k8s_dir/programs/image.tar" -C "$work/image" manifest.json config.json layer.tar
  k8s_ctr images import "$k8s_dir/programs/image.tar"
  rm -rf "$work"
  printf '%s\n' "$version" >"$imported"
}

k8s_ctr() {
  in_node ctr --namespace k8s.io "$@" >"$k8s_dir/node/log/import.log" 2>&1 ||
    show_and_fail "$k8s_dir/node/log/import.log" "An image could not be imported into the cluster"
}
