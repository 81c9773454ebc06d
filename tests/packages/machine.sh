# shellcheck shell=bash
# A booted root file system and commands in it, for installed.sh.

dir=$(mktemp -d /tmp/pollux-packages.XXXXXX)
boot_pid='' systemd_pid='' servers=()
trap power_off EXIT
trap 'exit 130' INT TERM

# await SECONDS WHAT COMMAND…: repeats the command until it succeeds.
await() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then
      echo "not ok: $what; the last try of $* said:"
      "$@" || true
      echo "The services said last:"
      inside journalctl --no-pager --output cat --lines 15 --unit 'pollux*' || true
      return 1
    fi
    sleep 0.1
  done
}

has_systemd() { systemd_pid=$(pgrep --parent "$boot_pid" --exact systemd); }

# power_on ROOT
power_on() {
  tests/packages/boot.sh "$1" "$dir" &
  boot_pid=$!
  await 30 "the container starts" has_systemd
  await 60 "systemd answers" inside systemctl show-environment
  await 60 "systemd has started the services" booted
}

# Some services of a small system fail in a container; that is no concern here.
booted() { inside systemctl is-system-running | grep -q -E '^(running|degraded)$'; }

# Ends everything that runs in the container: its first process ends.
power_off() {
  local group
  if ((${#servers[@]} > 0)); then kill "${servers[@]}" 2>/dev/null || true; fi
  if [[ -n $boot_pid ]]; then
    kill -KILL "$systemd_pid" "$boot_pid" 2>/dev/null || true
    wait "$boot_pid" 2>/dev/null || true
    mkdir -p "$dir/cgroups"
    mount -t cgroup2 cgroup2 "$dir/cgroups"
    group=$dir/cgroups/pollux-packages-$boot_pid
    await 10 "the container's processes end" grep -q "populated 0" "$group/cgroup.events" || true
    find "$group" -depth -type d -exec rmdir {} +
    umount "$dir/cgroups"
  fi
  rm -rf "$dir"
}

# inside COMMAND…: in the container, as root.
inside() {
  nsenter --target "$systemd_pid" --mount --uts --ipc --net --pid --cgroup -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

# in_network COMMAND…: a command of this machine in the container's network.
in_network() { nsenter --target "$systemd_pid" --net -- "$@"; }

# serve LOG COMMAND…: a server of this machine in the container's network, until power_off.
serve() {
  nsenter --target "$systemd_pid" --net -- "${@:2}" >"$1" 2>&1 &
  servers+=($!)
}

# page URL [arguments of curl]: prints the response; fails unless its status is 200.
page() { in_network curl --silent --show-error --fail --max-time 5 "${@:2}" "$1"; }

# put FILE PATH: copies a file of this machine into the container.
put() { inside tee "$2" <"$1" >/dev/null; }
