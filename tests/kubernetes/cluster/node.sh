#!/usr/bin/env bash
# node.sh FOLDER ADDRESS: the control plane and the kubelet of a cluster of one node. Run by scripts/k8s_cluster.sh as the
# first process of network, mount and process namespaces made for it; if any process ends, all of them end.
#
# FOLDER appears as /run/k8s in the node's mount namespace:
#   bin, pki, config         made before the start
#   containerd               images and layers; the only part that is kept
#   etcd, kubelet, volumes   the state of the cluster
#   log                      a file for each process
set -euo pipefail

folder=$1 address=$2
services=10.96.0.0/16 pods=10.244.0.0/16 cgroup=/pollux-k8s
pki=/run/k8s/pki log=/run/k8s/log config=/run/k8s/config

prepare_mounts() {
  mount -t tmpfs tmpfs /run
  mkdir /run/k8s /run/lock
  mount --bind "$folder" /run/k8s
  keep_machine_settings
  mount --make-rshared /  # volumes that kubelet mounts appear in containers
  mkdir -p "$log/pods" /run/k8s/{etcd,kubelet,volumes,containerd}
}

# kubelet requires some machine-wide settings. It sees them as required; the machine's are not changed.
keep_machine_settings() {
  local setting value
  while read -r setting value; do
    mkdir -p "/run/machine-settings/$setting"
    echo "$value" >"/run/machine-settings/$setting/value"
    mount --bind "/run/machine-settings/$setting/value" "/proc/sys/$setting"
  done <<'SETTINGS'
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
SETTINGS
}

# The pods' control group, in each hierarchy of version 1 or in the one of version 2. All pods together would get as much
# of a busy processor as one process outside; the weight makes it that of twenty.
prepare_cgroups() {
  local hierarchy setting
  if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
    mkdir -p "/sys/fs/cgroup$cgroup"
    for setting in $(</sys/fs/cgroup/cgroup.controllers); do
      for hierarchy in /sys/fs/cgroup "/sys/fs/cgroup$cgroup"; do
        echo "+$setting" >"$hierarchy/cgroup.subtree_control" || echo "cgroup controller $setting: not to be had in $hierarchy"
      done
    done
    echo 2000 >"/sys/fs/cgroup$cgroup/cpu.weight"
    return
  fi
  for hierarchy in /sys/fs/cgroup/*/; do
    if [[ -e $hierarchy/tasks ]]; then mkdir -p "$hierarchy$cgroup"; fi
  done
  for setting in cpuset.cpus cpuset.mems; do  # empty in a new group
    cat "/sys/fs/cgroup/cpuset/$setting" >"/sys/fs/cgroup/cpuset$cgroup/$setting"
  done
  echo 20480 >"/sys/fs/cgroup/cpu$cgroup/cpu.shares"
}

prepare_network() {
  ip link set lo up
  await 10 "the link eth0" ip link show dev eth0
  ip address add "$address/30" dev eth0
  ip link set eth0 up
  sysctl -qw net.ipv4.ip_forward=1
}

# await SECONDS WHAT COMMAND…
await() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || { echo "timed out waiting for $what"; exit 1; }
    sleep 0.1
  done
}

# run NAME COMMAND…: in the background, with a log of its own.
run() {
  local name=$1
  shift
  "$@" >"$log/$name.log" 2>&1 &
  names[$!]=$name
}

as() { printf '%s\n' --kubeconfig="$pki/$1.kubeconfig"; }

run_etcd() {
  local client=http://127.0.0.1:2379 peer=http://127.0.0.1:2380
  run etcd etcd --name=node --data-dir=/run/k8s/etcd --unsafe-no-fsync --log-level=warn \
    --listen-client-urls=$client --advertise-client-urls=$client \
    --listen-peer-urls=$peer --initial-advertise-peer-urls=$peer --initial-cluster=node=$peer
}

run_apiserver() {
  run kube-apiserver kube-apiserver --etcd-servers=http://127.0.0.1:2379 \
    --bind-address=0.0.0.0 --secure-port=6443 --advertise-address="$address" --service-cluster-ip-range=$services \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
    --client-ca-file=$pki/ca.crt --tls-cert-file=$pki/apiserver.crt --tls-private-key-file=$pki/apiserver.key \
    --kubelet-certificate-authority=$pki/ca.crt --kubelet-preferred-address-types=InternalIP \
    --kubelet-client-certificate=$pki/admin.crt --kubelet-client-key=$pki/admin.key \
    --service-account-issuer=https://kubernetes.default.svc \
    --service-account-key-file=$pki/service-accounts.pub --service-account-signing-key-file=$pki/service-accounts.key \
    --enable-aggregator-routing=true --proxy-client-cert-file=$pki/front-proxy.crt --proxy-client-key-file=$pki/front-proxy.key \
    --requestheader-client-ca-file=$pki/ca.crt --requestheader-allowed-names=front-proxy \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra-
}

# Short intervals of the HorizontalPodAutoscaler, because tests wait for it.
run_controllers() {
  run kube-controller-manager kube-controller-manager "$(as kube-controller-manager)" --leader-elect=false \
    --bind-address=127.0.0.1 --use-service-account-credentials=true --root-ca-file=$pki/ca.crt \
    --service-account-private-key-file=$pki/service-accounts.key \
    --cluster-signing-cert-file=$pki/ca.crt --cluster-signing-key-file=$pki/ca.key \
    --allocate-node-cidrs=true --cluster-cidr=$pods --service-cluster-ip-range=$services \
    --horizontal-pod-autoscaler-sync-period=5s --horizontal-pod-autoscaler-initial-readiness-delay=5s \
    --horizontal-pod-autoscaler-cpu-initialization-period=10s
  run kube-scheduler kube-scheduler "$(as kube-scheduler)" --leader-elect=false --bind-address=127.0.0.1
  run network-policies kube network-policies "$(as admin)" --node=node
  run storage-provisioner kube storage-provisioner "$(as admin)" --root=/run/k8s/volumes
}

run_kubelet() {
  run kubelet kubelet --config=$config/kubelet.yaml "$(as node)" --hostname-override=node --node-ip="$address" \
    --root-dir=/run/k8s/kubelet --cert-dir=/run/k8s/kubelet/pki
  run kube-proxy kube-proxy --config=$config/kube-proxy.yaml --hostname-override=node
}

# Removes containers of a previous cluster, but not images.
remove_old_containers() {
  local containers
  await 20 containerd ctr version
  mapfile -t containers < <(ctr --namespace k8s.io containers list --quiet)
  if ((${#containers[@]} > 0)); then ctr --namespace k8s.io containers remove "${containers[@]}"; fi
}

declare -A names
export PATH=/run/k8s/bin:$PATH
prepare_mounts
prepare_cgroups
prepare_network
run containerd containerd --config=$config/containerd.toml
run_etcd
run_apiserver
remove_old_containers
touch /run/k8s/containerd-ready
await 90 "the API server" kubectl "$(as admin)" get --raw /readyz
run_controllers
run_kubelet

wait -n -p ended || true
echo "${names[$ended]} ended, and so does the node; $folder/log/${names[$ended]}.log says why"
exit 1
