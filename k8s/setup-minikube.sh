#!/usr/bin/env bash
# Creates a minikube cluster for Pollux. See --help.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# shellcheck source-path=SCRIPTDIR/..
source scripts/say.sh
source scripts/compose.sh
source scripts/e2e.sh
source k8s/local/checks.sh
source k8s/local/images.sh
source k8s/local/ways_in.sh

profile=pollux cpus=2 memory=4g build=yes hosts=no

print_help() {
  cat <<'HELP'
Usage: k8s/setup-minikube.sh [--profile NAME] [--cpus N] [--memory SIZE] [--no-build] [--hosts]

Creates a local minikube cluster that is ready for k8s/deploy-helm.sh dev: containerd, Calico (which enforces network
policies), the metrics server, Traefik as the ingress controller, and Pollux's images, built from this folder. It can be
repeated at any time; only changed images are built and loaded again.

  --profile NAME   the name of the cluster and of its kubectl context (pollux). Other clusters are not changed.
  --cpus N         CPUs of the cluster, when it is created (2)
  --memory SIZE    memory of the cluster, when it is created (4g)
  --no-build       load the existing images pollux-vote, -result, -worker and -seed
  --hosts          map vote.local and result.local to the cluster in /etc/hosts, with sudo; otherwise the line is printed

minikube's settings apply, such as MINIKUBE_DRIVER=kvm2. Stop the cluster with `minikube stop -p pollux`, remove it
and its votes with `minikube delete -p pollux`. k8s/setup-kind.sh does the same with kind.
HELP
}

while (($#)); do
  case $1 in
    -h | --help) print_help && exit ;;
    --profile) take_value "$@" && profile=$value && shift ;;
    --cpus) take_value "$@" && cpus=$value && shift ;;
    --memory) take_value "$@" && memory=$value && shift ;;
    --no-build) build=no ;;
    --hosts) hosts=yes ;;
    *) fail "There is no option '$1'; k8s/setup-minikube.sh --help lists them." ;;
  esac
  shift
done

in_minikube() { minikube --profile "$profile" "$@"; }
in_cluster() { kubectl --context "$profile" "$@"; }

# Docker on macOS and Windows runs in a virtual machine, so the node's address is not reachable.
docker_is_remote() { [[ $(uname -s) != Linux && ${MINIKUBE_DRIVER:-docker} == docker ]]; }

start_cluster() {
  local options=(--container-runtime=containerd --cni=calico --cpus="$cpus" --memory="$memory")
  if docker_is_remote; then options+=(--ports=127.0.0.1:80:80 --ports=127.0.0.1:443:443); fi
  if [[ $(in_minikube status --format '{{.Host}} {{.APIServer}}' 2>/dev/null) == "Running Running" ]]; then
    say "    the cluster $profile is running"
  else
    in_minikube start "${options[@]}" >&2 || fail "minikube did not start; see its output above and minikube logs -p $profile"
  fi
}

# An existing cluster keeps its network plugin and runtime.
check_cluster() {
  local runtime
  in_cluster --namespace kube-system get daemonset calico-node >/dev/null 2>&1 ||
    fail "The cluster $profile was made without Calico, so it would not enforce network policies. Make another" \
      "(--profile NAME), or remove it: minikube delete -p $profile"
  runtime=$(in_cluster get nodes --output 'jsonpath={.items[0].status.nodeInfo.containerRuntimeVersion}')
  if [[ $runtime != containerd://* ]]; then
    say "    note: the cluster $profile runs ${runtime%%://*}, not containerd; that works, too"
  fi
  in_cluster --namespace kube-system rollout status daemonset/calico-node --timeout=5m >&2 ||
    fail "Calico did not start in 5 minutes: kubectl --context $profile -n kube-system get pods"
}

has_image() { in_minikube image ls | grep -qxF -e "docker.io/library/$1" -e "$1"; }
load_image() { in_minikube image load "$1" >&2 || fail "minikube could not load $1."; }

steps=6
step "Looking for minikube, kubectl, helm and docker."
need_minikube
need_kubectl
need_helm
need_docker
step "Starting the cluster $profile ($cpus processors, $memory of memory); some minutes the first time."
start_cluster
check_cluster
step "Enabling the metrics server, which autoscaling reads."
in_minikube addons enable metrics-server >&2
step "Installing Traefik as the way in. (The addon \`ingress\` is ingress-nginx, which has had no fixes since March 2026.)"
install_traefik "$profile"
step "Building and loading the images."
if [[ $build == yes ]]; then build_cluster_images; fi
load_cluster_images "$profile"
step "Finding the cluster's address."
if docker_is_remote; then address=127.0.0.1; else address=$(in_minikube ip); fi
lead_names_to "$address" "$hosts"
say "The cluster is ready. Next: k8s/deploy-helm.sh dev --context $profile"
