# shellcheck shell=bash
# A local Kubernetes cluster: one node in its own network, mount and process namespaces.
# tests/kubernetes/cluster/README.md describes it; its node.sh runs in the namespaces, this script outside.
#
# A lock is held while the cluster runs: its processes inherit the open file, so the lock is free when the last one has ended.

k8s_dir=${POLLUX_K8S_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/pollux/k8s}
k8s_lock=/run/lock/pollux-k8s
k8s_link=pollux-k8s            # the host's end of the link to the node
k8s_network=10.253.0.0/30      # of the link
k8s_host_address=10.253.0.1
k8s_node_address=10.253.0.2
k8s_cgroup=pollux-k8s
k8s_sources=$root/tests/kubernetes/cluster
k8s_programs=(kube coredns metrics-server probe traefik)
k8s_commands=(etcd kubectl kubelet kube-apiserver kube-controller-manager kube-proxy kube-scheduler)

k8s_require() {
  local program
  for program in containerd ctr runc nft conntrack ip openssl unshare nsenter; do
    command -v "$program" >/dev/null || fail "The local cluster needs the program $program, which is not installed."
  done
  [[ -x /usr/lib/cni/ptp ]] || fail "The local cluster needs the CNI plugins in /usr/lib/cni: install containernetworking-plugins."
  k8s_require_cgroups
  # shellcheck disable=SC2016
  unshare --net --mount --pid --fork --mount-proc bash -ec '
    try() { "$@" >/dev/null 2>&1 || { echo "$*"; exit 1; }; }
    try ip link add probe0 type veth peer name probe1
    try nft add table inet probe
    try nft add chain inet probe forward "{ type filter hook forward priority 0; }"
    try nft add rule inet probe forward ct state established counter accept
    try nft add chain inet probe nat "{ type nat hook prerouting priority -100; }"
    try mount -t tmpfs tmpfs /run
    mkdir /run/{lower,upper,work,merged}
    try mount -t overlay overlay -o lowerdir=/run/lower,upperdir=/run/upper,workdir=/run/work /run/merged
  ' || fail "The kernel of this machine cannot run a cluster: the command above failed in new namespaces."
  ! ip -4 route show to match "$k8s_node_address" | grep -v -e '^default' -e '^unreachable' -e " dev $k8s_link " ||
    fail "The network $k8s_network of the cluster's link is in use on this machine: see the route above."
}

k8s_require_cgroups() {
  local controller root=/sys/fs/cgroup
  for controller in cpu memory pids cpuset; do
    if [[ -e $root/cgroup.controllers ]]; then
      grep -qw "$controller" $root/cgroup.subtree_control || (echo "+$controller" >$root/cgroup.subtree_control) 2>/dev/null ||
        fail "The controller $controller can't be enabled in $root/cgroup.subtree_control: in a container, start it with --privileged --cgroupns=host."
    else
      [[ -w $root/$controller/tasks ]] ||
        fail "The local cluster needs the control groups of $root/$controller, which are missing or read-only: in a container, start it with --privileged."
    fi
  done
}

# k8s_process: prints the id of the process whose end stops the node; fails if no cluster runs.
k8s_process() {
  ! k8s_lock_is_free && cat "$k8s_lock"
}

k8s_lock_is_free() { [[ ! -e $k8s_lock ]] || flock --nonblock "$k8s_lock" true; }

# in_node COMMAND…: runs the command in the namespaces of the node.
in_node() {
  local first
  first=$(pgrep --parent "$(cat "$k8s_lock")") || fail "The node has ended; see $k8s_dir/node/log/node.log."
  nsenter --target "$first" --net --mount --pid -- "$@"
}

# Removes what is left of a node that was not stopped by `down`. The kernel has already removed its namespaces, and with
# them processes, mounts and links.
k8s_remove_remains() {
  local deadline=$((SECONDS + 20)) group
  while ip link show dev "$k8s_link" >/dev/null 2>&1; do
    ip link delete dev "$k8s_link" 2>/dev/null || sleep 0.1
    ((SECONDS < deadline)) || fail "The link $k8s_link can't be removed."
  done
  for group in /sys/fs/cgroup/"$k8s_cgroup" /sys/fs/cgroup/*/"$k8s_cgroup"; do
    while [[ -d $group ]]; do
      find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.1
      ((SECONDS < deadline)) || fail "The control group $group can't be removed: processes run in it ($group/cgroup.procs)."
    done
  done
  if [[ -d $k8s_dir/node ]]; then
    find "$k8s_dir/node" -mindepth 1 -maxdepth 1 ! -name containerd ! -name log -exec rm -rf {} +
  fi
  rm -f "$k8s_dir/kubeconfig"
}

# k8s_start_node PROGRAMS: starts the node with the programs of that folder.
k8s_start_node() {
  local programs=$1 name node=$k8s_dir/node pid
  mkdir -p "$node/bin" "${k8s_lock%/*}"
  exec {lock}>>"$k8s_lock"
  flock --nonblock "$lock" || fail "Another cluster has just been started on this machine; there can be only one."
  k8s_remove_remains
  rm -rf "$node/log"
  mkdir -p "$node/bin" "$node/log"
  ln -s "$programs/kube" "$node/bin/kube"
  for name in "${k8s_commands[@]}"; do ln -s kube "$node/bin/$name"; done
  cp -r "$k8s_sources/config" "$node/config"
  "$k8s_sources/pki.sh" "$node/pki" node "$k8s_node_address"

  cp "$node/pki/admin.kubeconfig" "$k8s_dir/kubeconfig"
  setsid unshare --net --mount --pid --fork --kill-child --mount-proc \
    "$k8s_sources/node.sh" "$node" "$k8s_node_address" >"$node/log/node.log" 2>&1 </dev/null &
  pid=$!
  echo "$pid" >"$k8s_lock"
  exec {lock}>&-
  until pgrep --parent "$pid" >/dev/null; do  # unshare forks after creating the namespaces
    k8s_node_runs
    sleep 0.02
  done
  # When the link is gone, requests to the node must fail and not use the default route.
  ip route replace unreachable "$k8s_network" metric 4294967295
  ip link add "$k8s_link" type veth peer name eth0 netns "$pid"
  ip address add "$k8s_host_address/30" dev "$k8s_link"
  ip link set "$k8s_link" up
}

k8s_node_runs() {
  if [[ -d /proc/$(cat "$k8s_lock") ]]; then return; fi
  tail -n 5 "$k8s_dir/node/log/node.log" >&2
  fail "The node ended; its logs are in $k8s_dir/node/log."
}

# k8s_await SECONDS WHAT COMMAND…: waits until the command succeeds; fails if the node ends.
k8s_await() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    k8s_node_runs
    ((SECONDS < deadline)) || fail "Timed out waiting until $what. The node's logs are in $k8s_dir/node/log."
    sleep 0.1
  done
}

# k8s_install_add_ons PROGRAMS
k8s_install_add_ons() {
  k8s_await 90 "the API server answers" k8s_kubectl get --raw /readyz
  say "  the API server answers after $(seconds_since "$k8s_started") s"
  {
    k8s_kubectl apply --server-side -f "$1/source/gateway-api.yaml" &&
      k8s_kubectl wait --for=condition=Established --timeout=30s crd/gateways.gateway.networking.k8s.io crd/gatewayclasses.gateway.networking.k8s.io &&
      k8s_kubectl apply --server-side -f "$k8s_sources/manifests" &&
      k8s_kubectl --namespace traefik patch service traefik --subresource=status --type=merge \
        --patch "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"$k8s_node_address\"}]}}}"
  } >"$k8s_dir/node/log/add-ons.log" 2>&1 ||
    show_and_fail "$k8s_dir/node/log/add-ons.log" "The cluster's add-ons could not be installed"
}

k8s_await_add_ons() {
  k8s_await 60 "the node is ready" k8s_kubectl wait --for=condition=Ready node/node --timeout=1s
  say "  the node is ready after $(seconds_since "$k8s_started") s"
  k8s_await 90 "the cluster's DNS runs" k8s_kubectl --namespace kube-system rollout status deployment/coredns --timeout=1s
  k8s_await 90 "the ingress controller runs" k8s_kubectl --namespace traefik rollout status deployment/traefik --timeout=1s
  k8s_await 90 "the ingress controller answers" curl --silent --output /dev/null "http://$k8s_node_address/"
  k8s_await 120 "pods are measured" k8s_kubectl wait --for=condition=Available apiservice/v1beta1.metrics.k8s.io --timeout=1s
}

k8s_kubectl() { "$k8s_dir/node/bin/kubectl" --kubeconfig "$k8s_dir/node/pki/admin.kubeconfig" "$@"; }

k8s_up_own() {
  local programs name images
  ((EUID == 0)) || fail "The local cluster needs root: run this as root, or use kind or minikube with --context NAME."
  install_for k8s
  k8s_require
  for name in "${k8s_programs[@]}"; do programs=$(go_program "$name") || exit 1; done
  programs=${programs%/*}
  k8s_started=$SECONDS
  if k8s_process >/dev/null; then
    [[ -e $k8s_dir/node/pki/admin.kubeconfig ]] ||
      fail "Another cluster is running on this machine (process $(k8s_process)), not in $k8s_dir; there can be only one."
    [[ $(readlink "$k8s_dir/node/bin/kube") == "$programs/kube" ]] ||
      say "The running cluster has other versions; './dev k8s down' and 'up' replace it."
  else
    say "Starting a cluster on this machine."
    k8s_start_node "$programs"
  fi
  "$root/dev" k8s prepare-images &  # a separate process, because the engine searches for its children
  images=$!
  k8s_install_add_ons "$programs"
  k8s_import_programs "$programs"
  wait "$images" || exit 1
  k8s_import_images
  k8s_await_add_ons
  say "The cluster is ready after $(seconds_since "$k8s_started") s: KUBECONFIG=$k8s_dir/kubeconfig, HTTP at http://$k8s_node_address/ by host name."
}

k8s_down_own() {
  local pid started=$SECONDS
  if pid=$(k8s_process); then
    ((EUID == 0)) || fail "Only root can stop the cluster (process $pid)."
    kill -KILL "$pid" 2>/dev/null || true
    flock --wait 30 "$k8s_lock" true || fail "Processes of the cluster have not ended within 30 s: fuser $k8s_lock names them."
  fi
  k8s_remove_remains
  ip route delete unreachable "$k8s_network" 2>/dev/null || true
  rm -f "$k8s_lock"
  say "Removed the cluster in $(seconds_since "$started") s; its images are kept in $k8s_dir."
}
