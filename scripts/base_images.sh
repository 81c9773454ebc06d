# shellcheck shell=bash
# The base images of our images and of docker-compose.yml, for an engine without access to a registry: made from Debian
# packages, under the names of the official images. tests/containers/README.md says how they are kept equivalent.

# apt_mirrors CODENAME: lines for apt's sources.list, from the Debian mirrors that this system is configured with.
apt_mirrors() {
  local own
  # shellcheck source=/dev/null
  own=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016  # apt-get expands these
  apt-get indextargets --format '$(ORIGIN) deb $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
    sed -n "s/^Debian \(deb [^ ]*\) $own\(\|-updates\|-security\) main\$/\1 $1\2 main/p" | sort -u
}

# has_image NAME STAMP: succeeds if the engine has an image of this name with this stamp.
has_image() {
  [[ $(docker image inspect --format '{{index .Config.Labels "pollux.made-from"}}' "$1" 2>/dev/null) == "$2" ]]
}

# What image builds use of this machine: its additional CA certificates, so that npm can reach its registry, and its
# compiler cache. Our images contain none of it.
build_conveniences() {
  local folder=$1
  mkdir -p "$folder/usr/local/share" "$folder/etc"
  if [[ -d /usr/local/share/ca-certificates ]]; then cp -r /usr/local/share/ca-certificates "$folder/usr/local/share"; fi
  cat >"$folder/etc/ccache.conf" <<SETTINGS
base_dir = /pollux
hash_dir = false
remote_storage = http://$engine_address:$objects_port|layout=subdirs|read-only
SETTINGS
}

# Minimal Debian without documentation, as debian:12-slim is.
make_debian() {
  local name=$1 extra=build/image-debian mirrors stamp
  mirrors=$(apt_mirrors bookworm)
  [[ -n $mirrors ]] || fail "$name cannot be pulled, and making it needs Debian mirrors in apt's sources."
  build_conveniences "$extra"
  stamp=$({ declare -f make_debian && echo "$mirrors" && tar --create --mtime=@0 --sort=name -C "$extra" .; } |
    sha256sum | cut -c1-16)
  if has_image "$name" "$stamp"; then return; fi
  say "Making $name from Debian packages."
  quietly image-debian mmdebstrap --variant=minbase --format=tar \
    --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt=force-unsafe-io \
    --customize-hook="copy-in $extra/usr $extra/etc /" bookworm "$extra.tar" - <<<"$mirrors"
  quietly image-import docker import --change "LABEL pollux.made-from=$stamp" --change 'CMD ["bash"]' \
    "$extra.tar" "$name"
  rm -r "$extra" "$extra.tar"
}

# make_server NAME FOLDER: by the Dockerfile in tests/containers/FOLDER.
make_server() { quietly "image-$2" docker build --tag "$1" "tests/containers/$2"; }

# base_image NAME COMMAND…: pulls the image, or makes it with the command if it cannot be pulled. In an engine that was
# not started by the tests, no image of ours gets such a name.
base_image() {
  local name=$1
  shift
  if timeout 300 docker pull --quiet "$name" >/dev/null 2>&1; then return; fi
  if [[ -n ${POLLUX_ENGINE_IS_OURS:-} ]]; then
    "$@"
  elif ! docker image inspect "$name" >/dev/null 2>&1; then
    fail "The image $name cannot be pulled; docker pull $name shows the reason."
  fi
}

base_images() {
  base_image debian:12-slim make_debian debian:12-slim
  base_image redis:7 make_server redis:7 redis
  base_image postgres:15 make_server postgres:15 postgres
}
