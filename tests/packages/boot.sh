#!/usr/bin/env bash
# boot.sh ROOT DIR: starts systemd as the first process of a container that consists of namespaces of its own and of ROOT, to
# which nothing is written: changes go to DIR/upper. The container has no network but its loopback interface. It ends with this
# process, which replaces itself by `unshare`; its only child is the container's systemd.
#
# A cgroup of version 2 is all that systemd needs, also on machines whose controllers are in hierarchies of version 1.
set -euo pipefail

# Runs as the first process of the namespaces.
prepare() {
  local root=$1 dir=$2 new=$2/root device
  mkdir -p "$dir"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=$root,upperdir=$dir/upper,workdir=$dir/work" "$new"
  mount -t proc proc "$new/proc"
  # Settings of the kernel are those of this machine.
  mount --bind "$new/proc/sys" "$new/proc/sys"
  mount -o remount,bind,ro "$new/proc/sys"
  mount -t sysfs -o ro sysfs "$new/sys"  # read-only: the marker for containers, in which udev does not start
  mount -t cgroup2 cgroup2 "$new/sys/fs/cgroup"
  mount -t tmpfs -o mode=755 tmpfs "$new/dev"
  for device in null zero full random urandom tty; do
    touch "$new/dev/$device"
    mount --bind "/dev/$device" "$new/dev/$device"
  done
  mkdir "$new"/dev/{pts,shm}
  mount -t devpts -o newinstance,ptmxmode=666 devpts "$new/dev/pts"
  ln -s pts/ptmx "$new/dev/ptmx"
  ln -s /proc/self/fd "$new/dev/fd"
  mount -t tmpfs -o mode=1777 tmpfs "$new/dev/shm"
  mount -t tmpfs -o mode=755 tmpfs "$new/run"
  cd "$new"
  mkdir -p mnt
  pivot_root . mnt
  umount --lazy /mnt
  mount --make-rshared /  # systemd leaves this to what starts the container; credentials need it
  exec env -i container=pollux-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --bounding-set -sys_module,-sys_rawio,-sys_time,-sys_boot,-syslog,-mac_admin,-mac_override \
    /lib/systemd/systemd --log-target=journal --show-status=no </dev/null >/dev/null 2>&1
}

if [[ $1 == --prepare ]]; then prepare "$2" "$3"; fi

# A cgroup below that of this process would not do: its root would have processes. The mount is only for this process.
if [[ -z ${POLLUX_BOOT_MOUNTS:-} ]]; then POLLUX_BOOT_MOUNTS=yes exec unshare --mount "$0" "$@"; fi
mkdir -p "$2/cgroups"
mount -t cgroup2 cgroup2 "$2/cgroups"
mkdir "$2/cgroups/pollux-packages-$$"
echo $$ >"$2/cgroups/pollux-packages-$$/cgroup.procs"
exec unshare --mount --uts --ipc --net --pid --cgroup --fork --kill-child "$0" --prepare "$1" "$2"
