# shellcheck shell=bash
# The images that ours and docker-compose.yml begin with, for an engine that no registry answers: made from Debian's
# packages under the very names that are pulled elsewhere. tests/containers/README.md says what keeps them alike.

# apt_mirrors CODENAME: lines for apt's list of sources, from the mirrors of Debian that this system is configured with.
apt_mirrors() {
  local own
  # shellcheck source=/dev/null
  own=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016  # apt-get fills these in
  apt-get indextargets --format '$(ORIGIN) deb $(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
    sed -n "s/^Debian \(deb [^ ]*\) $own\(\|-updates\|-security\) main\$/\1 $1\2 main/p" | sort -u
}

# has_image NAME STAMP: whether the engine has an image of this name that was made with this stamp.
has_image() {
  [[ $(docker image inspect --format '{{index .Config.Labels "pollux.made-from"}}' "$1" 2>/dev/null) == "$2" ]]
}

# What the build of an image takes from this machine: certificates that it trusts besides the usual ones, so that npm
# reaches its registry as it does from here, and what it has compiled already. Nothing of it gets into an image of ours.
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
  [[ -n $mirrors ]] || fail "$name can't be pulled, and making it needs the mirrors of a Debian system in apt's sources."
  build_conveniences "$extra"
  stamp=$({ declare -f make_debian && echo "$mirrors" && tar --create --mtime=@0 --sort=name -C "$extra" .; } |
    sha256sum | cut -c1-16)
  if has_image "$name" "$stamp"; then return; fi
  say "Making $name from Debian's packages."
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

# base_image NAME COMMAND…: pulled, or made by the command where no registry has it for us. An engine that was here
# before the tests is somebody's own: nothing of ours gets such a name there.
base_image() {
  local name=$1
  shift
  if timeout 300 docker pull --quiet "$name" >/dev/null 2>&1; then return; fi
  if [[ -n ${POLLUX_ENGINE_IS_OURS:-} ]]; then
    "$@"
  elif ! docker image inspect "$name" >/dev/null 2>&1; then
    fail "The image $name can't be pulled: docker pull $name says why."
  fi
}

base_images() {
  base_image debian:12-slim make_debian debian:12-slim
  base_image redis:7 make_server redis:7 redis
  base_image postgres:15 make_server postgres:15 postgres
}
