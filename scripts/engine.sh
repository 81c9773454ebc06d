# shellcheck shell=bash
# A Docker Engine for the tests: the one that runs already, or else one of their own from the package docker.io.
#
# Its own one runs in network, process and mount namespaces that the tests make: what it does to bridges and packet
# filters, and the ports that it publishes, concern nobody else, and when the tests end in whatever way, the kernel ends
# all of it. Slirp4netns leads from there to the outside, for the packages that images are built of. The images stay in
# the user's cache, where the next run finds them.
#
# ./dev engine COMMAND runs any command with it.

engine_dir=${POLLUX_ENGINE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/pollux/engine}

# Where the builds of images find what this machine has compiled already; tests/containers/README.md says how.
engine_address=172.17.0.1
objects_port=9101

engine_answers() { docker info --format '{{.ServerVersion}}' >/dev/null 2>&1; }

require_means_of_engine() {
  local program
  ((EUID == 0)) ||
    fail "No Docker Engine answers (docker info), and only root can start one: start Docker, or let this user use it."
  for program in dockerd slirp4netns unshare; do
    command -v "$program" >/dev/null ||
      fail "No Docker Engine answers (docker info), and starting one needs $program, which is not installed."
  done
  [[ -c /dev/net/tun ]] || fail "No Docker Engine answers (docker info), and starting one needs /dev/net/tun."
}

# lead_out SHELL: the way from the namespaces that this shell makes to the outside.
lead_out() {
  local inside
  until inside=$(pgrep --parent "$(pgrep --parent "$1" --exact unshare)" 2>/dev/null); do sleep 0.05; done
  exec setpriv --pdeathsig KILL slirp4netns --configure --disable-host-loopback "$inside" tap0 >"$engine_dir/slirp4netns.log" 2>&1
}

# in_own_network COMMAND…: in namespaces of its own, with a way out by tap0. They end with the command, and with us.
in_own_network() {
  local way_out status=0
  require_means_of_engine
  mkdir -p "$engine_dir"
  exec {engine_lock}>"$engine_dir/lock"
  if ! flock --nonblock "$engine_lock"; then
    say "Waiting for other tests to be done with the engine."
    flock --wait 1800 "$engine_lock" || fail "Other tests have kept $engine_dir for 30 minutes."
  fi
  lead_out $$ &
  way_out=$!
  setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child --mount-proc "$@" || status=$?
  kill "$way_out" 2>/dev/null || true
  wait "$way_out" 2>/dev/null || true
  return "$status"
}

await_way_out() {
  local deadline=$((SECONDS + 10))
  until [[ -n $(ip -brief -4 address show dev tap0 2>/dev/null) ]]; do
    ((SECONDS < deadline)) || fail "No way out of the tests' network: $engine_dir/slirp4netns.log may say why."
    sleep 0.05
  done
}

# In the namespaces that in_own_network made.
start_engine() {
  local log="$engine_dir/dockerd.log" deadline=$((SECONDS + 60))
  ip link set lo up
  await_way_out
  engine_run=$(mktemp -d /tmp/pollux-engine.XXXXXX)  # a socket's path has to be short
  export DOCKER_HOST="unix://$engine_run/docker.sock"
  dockerd --data-root "$engine_dir/data" --exec-root "$engine_run" --pidfile "$engine_run/pid" --host "$DOCKER_HOST" \
    --bip "$engine_address/16" >"$log" 2>&1 &
  engine_pid=$!
  export POLLUX_ENGINE_IS_OURS=yes
  trap stop_engine EXIT
  trap 'exit 130' INT TERM  # the first process of a namespace gets no signal that it does not ask for
  until engine_answers; do
    kill -0 "$engine_pid" 2>/dev/null || { tail -n 20 "$log" >&2; fail "The Docker Engine ended; $log says why."; }
    ((SECONDS < deadline)) || fail "The Docker Engine did not answer within 60 s; $log may say why."
    sleep 0.2
  done
  offer_objects
}

offer_objects() {
  if ! command -v node >/dev/null || ! command -v ccache >/dev/null; then return; fi
  node tests/containers/objects.mjs "$(ccache --get-config cache_dir)" "$engine_address" "$objects_port" \
    >"$engine_dir/objects.log" 2>&1 &
}

# Whatever no image has any more, but for some gigabytes that the next build may want.
forget_old_layers() {
  docker image prune --force && docker builder prune --force --keep-storage 6GB
} >/dev/null 2>&1

stop_engine() {
  docker ps --quiet | xargs --no-run-if-empty docker kill >/dev/null 2>&1 || true
  forget_old_layers || true
  kill "$engine_pid" 2>/dev/null || true
  wait "$engine_pid" 2>/dev/null || true
  rm -rf "$engine_run"
}

plugin_is_there() { docker "$1" version >/dev/null 2>&1; }

# Debian 12 has Compose 1 only, and no Buildx. What is missing comes from the packages of Debian 13, unpacked beside this
# system's own and seen by nobody but the tests.
add_plugins() {
  local wanted=() plugin dir="$engine_dir/plugins" apt
  for plugin in compose buildx; do plugin_is_there "$plugin" || wanted+=("docker-$plugin"); done
  if ((${#wanted[@]} == 0)); then return; fi
  export DOCKER_CONFIG="$dir/config"
  if plugin_is_there compose && plugin_is_there buildx; then return; fi

  say "Fetching ${wanted[*]} of Debian 13."
  mkdir -p "$dir"/{lists/partial,archives/partial,sources.d,config/cli-plugins}
  apt_mirrors trixie | grep ' trixie ' >"$dir/sources.list" ||
    fail "Docker's plugins ${wanted[*]} are missing, and apt's sources name no mirror of Debian to fetch them from."
  apt=(apt-get -q -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts="$dir/sources.d"
    -o Dir::State::lists="$dir/lists" -o Dir::Cache="$dir" -o Acquire::Languages=none
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o APT::Sandbox::User=root
    -o APT::Update::Post-Invoke-Success::=)
  quietly plugins-update "${apt[@]}" update
  (cd "$dir" && quietly plugins-download "${apt[@]}" download "${wanted[@]}")
  for plugin in "$dir"/docker-*.deb; do dpkg-deb -x "$plugin" "$dir/unpacked"; done
  cp "$dir"/unpacked/usr/libexec/docker/cli-plugins/* "$DOCKER_CONFIG/cli-plugins/"
  for plugin in compose buildx; do
    plugin_is_there "$plugin" || fail "Docker does not see its plugin $plugin in $DOCKER_CONFIG."
  done
}

# engine_command COMMAND…: with an engine and its plugins.
engine_command() {
  (($# > 0)) || fail "'./dev engine' takes the command to run with an engine, such as: docker images."
  install_for e2e
  if engine_answers; then
    "$@"
  else
    say "No Docker Engine answers: starting one for this command alone."
    in_own_network "$root/dev" own-engine "$@"
  fi
}

own_engine_command() {
  start_engine
  add_plugins
  "$@"
}
