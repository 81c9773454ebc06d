# shellcheck shell=bash
# Privileges of the containers, as seen by the kernel, and their limits.

# first_process SERVICE: prints its status and mounts from /proc.
first_process() {
  local user
  user=$(users_of "$1" | head -n 1) || return 1
  small_program --network none --user "$user" --pid "container:$(container_or_seed "$1")" -- \
    'cat /proc/1/status /proc/1/mountinfo'
}

# One user id per process.
users_of() { docker top "$(container_or_seed "$1")" -eo pid,uid | awk 'NR > 1 { print $2 }'; }

runs_without_root() {
  local users
  users=$(users_of "$1" | sort -u | paste -sd' ' -) || return 1
  [[ -n $users ]] || fail_because "it has no process" || return 1
  [[ " $users " != *" 0 "* ]] || fail_because "a process of it runs as root" || return 1
  echo "user $users"
}

has_no_privileges() {
  local status wrong
  status=$(first_process "$1") || fail_because "$status" || return 1
  wrong=$(grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb):' <<<"$status" | grep -v '0000000000000000$')
  [[ -z $wrong ]] || fail_because "it has capabilities: $wrong" || return 1
  grep -q '^NoNewPrivs:[[:space:]]*1$' <<<"$status" || fail_because "it may gain privileges"
}

cannot_write_root() {
  local mounts root_options
  mounts=$(first_process "$1") || fail_because "$mounts" || return 1
  root_options=$(awk '$5 == "/" { print $6 }' <<<"$mounts" | tail -n 1)
  [[ $root_options == ro || $root_options == ro,* ]] || fail_because "its root is mounted $root_options"
}

has_limits() {
  local limits cpus memory processes
  limits=$(field "$1" '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}') || return 1
  read -r cpus memory processes <<<"$limits"
  ((cpus > 0)) || fail_because "it may take all processors" || return 1
  ((memory > 0)) || fail_because "it may take all memory" || return 1
  [[ $processes =~ ^[1-9][0-9]*$ ]] || fail_because "it may have any number of processes" || return 1
  echo "$((cpus / 10000000)) % of a processor, $((memory / 1048576)) MiB, $processes processes"
}

has_bounded_log() {
  local log
  log=$(field "$1" '{{index .HostConfig.LogConfig.Config "max-size"}} {{index .HostConfig.LogConfig.Config "max-file"}}') || return 1
  [[ $log =~ ^[0-9]+[km]\ [0-9]+$ ]] || fail_because "its log is bounded by '$log'"
}

comes_back() { equal "$(field "$1" '{{.HostConfig.RestartPolicy.Name}}')" unless-stopped; }

check_limits() {
  local service
  start_waiting_seed
  for service in "${services[@]}" seed; do
    attempt "$service has limits" has_limits "$service"
    attempt "the log of $service is bounded" has_bounded_log "$service"
  done
  for service in "${services[@]}"; do attempt "$service is restarted when it exits" comes_back "$service"; done
}

check_privileges() {
  local service
  start_waiting_seed
  for service in "${services[@]}" seed; do
    attempt "no process of $service runs as root" runs_without_root "$service"
    attempt "$service has no capabilities and cannot gain any" has_no_privileges "$service"
  done
}

check_root() {
  local service
  start_waiting_seed
  for service in "${services[@]}" seed; do attempt "$service cannot write to its root file system" cannot_write_root "$service"; done
}
