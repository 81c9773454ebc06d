# shellcheck shell=bash
# A Docker Engine for the tests: a running one, or else one started from the package docker.io.
#
# The latter runs in its own network, process and mount namespaces: its bridges, packet filters and published ports do not
# affect the machine, and the kernel removes everything when the tests end. slirp4netns connects it to the network, for the
# packages of image builds. Images are kept in the user's cache.
#
# ./dev engine COMMAND runs a command with it.

engine_dir=${POLLUX_ENGINE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/pollux/engine}

# Where image builds find this machine's compiler cache; see tests/containers/README.md.
engine_address=172.17.0.1
objects_port=9101

engine_answers() { docker info --format '{{.ServerVersion}}' >/dev/null 2>&1; }

require_engine_tools() {
  local program
  ((EUID == 0)) ||
    fail "No Docker Engine answers (docker info), and starting one needs root: start Docker, or give this user access."
  for program in dockerd slirp4netns unshare; do
    command -v "$program" >/dev/null ||
      fail "No Docker Engine answers (docker info), and starting one needs $program, which is not installed."
  done
  [[ -c /dev/net/tun ]] || fail "No Docker Engine answers (docker info), and starting one needs /dev/net/tun."
}

# connect_namespaces SHELL: connects the namespaces made by that shell to the network.
connect_namespaces() {
  local inside
  until inside=$(pgrep --parent "$(pgrep --parent "$1" --exact unshare)" 2>/dev/null); do sleep 0.05; done
  exec setpriv --pdeathsig KILL slirp4netns --configure --disable-host-loopback "$inside" tap0 >"$engine_dir/slirp4netns.log" 2>&1
}

# in_own_network COMMAND…: runs the command in its own namespaces, connected by tap0; they end with it and with this shell.
in_own_network() {
  local connection status=0
  require_engine_tools
  mkdir -p "$engine_dir"
  exec {engine_lock}>"$engine_dir/lock"
  if ! flock --nonblock "$engine_lock"; then
    say "Waiting for other tests to finish with the engine."
    flock --wait 1800 "$engine_lock" || fail "Other tests have held the lock of $engine_dir for 30 minutes."
  fi
  connect_namespaces $$ &
  connection=$!
  setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --mount-proc "$@" || status=$?
  kill "$connection" 2>/dev/null || true
  wait "$connection" 2>/dev/null || true
  return "$status"
}

await_connection() {
  local deadline=$((SECONDS + 10))
  until [[ -n $(ip -brief -4 address show dev tap0 2>/dev/null) ]]; do
    ((SECONDS < deadline)) || fail "The tests' network has no connection; see $engine_dir/slirp4netns.log."
    sleep 0.05
  done
}

# Runs in the namespaces of in_own_network.
start_engine() {
  local log="$engine_dir/dockerd.log" deadline=$((SECONDS + 60))
  ip link set lo up
  await_connection
  engine_run=$(mktemp -d /tmp/pollux-engine.XXXXXX)  # the path of a socket must be short
  export DOCKER_HOST="unix://$engine_run/docker.sock"
  dockerd --data-root "$engine_dir/data" --exec-root "$engine_run" --pidfile "$engine_run/pid" --host "$DOCKER_HOST" \
    --bip "$engine_address/16" >"$log" 2>&1 &
  engine_pid=$!
  export POLLUX_ENGINE_IS_OURS=yes
  trap stop_engine EXIT
  trap 'exit 130' INT TERM  # the first process of a namespace gets only signals that it handles
  until engine_answers; do
    kill -0 "$engine_pid" 2>/dev/null || { tail -n 20 "$log" >&2; fail "The Docker Engine exited; see $log."; }
    ((SECONDS < deadline)) || fail "The Docker Engine did not answer within 60 s; see $log."
    sleep 0.2
  done
  offer_objects
}

offer_objects() {
  if ! command -v node >/dev/null || ! command -v ccache >/dev/null; then return; fi
  node tests/containers/objects.mjs "$(ccache --get-config cache_dir)" "$engine_address" "$objects_port" \
    >"$engine_dir/objects.log" 2>&1 &
}

# Removes unused layers, except some gigabytes of build cache.
remove_unused_layers() {
  docker image prune --force && docker builder prune --force --keep-storage 6GB
} >/dev/null 2>&1

stop_engine() {
  docker ps --quiet | xargs --no-run-if-empty docker kill >/dev/null 2>&1 || true
  remove_unused_layers || true
  kill "$engine_pid" 2>/dev/null || true
  wait "$engine_pid" 2>/dev/null || true
  rm -rf "$engine_run"
}

has_plugin() { docker "$1" version >/dev/null 2>&1; }

# Debian 12 has only Compose 1 and no Buildx. Missing plugins are unpacked from Debian 13's packages, for the tests only.
add_plugins() {
  local wanted=() plugin dir="$engine_dir/plugins" apt
  for plugin in compose buildx; do has_plugin "$plugin" || wanted+=("docker-$plugin"); done
  if ((${#wanted[@]} == 0)); then return; fi
  export DOCKER_CONFIG="$dir/config"
  if has_plugin compose && has_plugin buildx; then return; fi

  say "Downloading ${wanted[*]} of Debian 13."
  mkdir -p "$dir"/{lists/partial,archives/partial,sources.d,config/cli-plugins}
  apt_mirrors trixie | grep ' trixie ' >"$dir/sources.list" ||
    fail "The Docker plugins ${wanted[*]} are missing, and apt's sources have no Debian mirror."
  apt=(apt-get -q -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts="$dir/sources.d"
    -o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir" -o Acquire::Languages=none
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o APT::Sandbox::User=root
    -o APT::Update::Post-Invoke-Success::=)
  quietly plugins-update "${apt[@]}" update
  (cd "$dir" && quietly plugins-download "${apt[@]}" download "${wanted[@]}")
  for plugin in "$dir"/docker-*.deb; do dpkg-deb -x "$plugin" "$dir/unpacked"; done
  cp "$dir"/unpacked/usr/libexec/docker/cli-plugins/* "$DOCKER_CONFIG/cli-plugins/"
  for plugin in compose buildx; do
    has_plugin "$plugin" || fail "Docker does not find its plugin $plugin in $DOCKER_CONFIG."
  done
}

# engine_command COMMAND…: runs the command with an engine and its plugins.
engine_command() {
  (($# > 0)) || fail "Usage: ./dev engine COMMAND…, such as ./dev engine docker images"
  install_for e2e
  if engine_answers; then
    "$@"
  else
    say "No Docker Engine answers: starting one for this command."
    in_own_network "$root/dev" own-engine "$@"
  fi
}

own_engine_command() {
  start_engine
  add_plugins
  "$@"
}
