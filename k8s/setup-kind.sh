#!/usr/bin/env bash
# Creates a kind cluster for Pollux. See --help.
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

cluster=pollux http_port=80 https_port=443 build=yes hosts=no

print_help() {
  cat <<'HELP'
Usage: k8s/setup-kind.sh [--name NAME] [--http-port N] [--https-port N] [--no-build] [--hosts]

Creates a local kind cluster that is ready for k8s/deploy-helm.sh dev: kind's network (which enforces network policies),
Traefik as the ingress controller on loopback, and Pollux's images, built from this folder. It can be repeated at any
time; only changed images are built and loaded again.

  --name NAME      the name of the cluster (pollux); kubectl's context is kind-NAME. Other clusters are not changed.
  --http-port N    the port of the pages on 127.0.0.1, when the cluster is created (80)
  --https-port N   the same for TLS (443)
  --no-build       load the existing images pollux-vote, -result, -worker and -seed
  --hosts          map vote.local and result.local to 127.0.0.1 in /etc/hosts, with sudo; otherwise the line is printed

Remove the cluster and its votes with `kind delete cluster --name pollux`. kind has no metrics server, so autoscaling does
not work. k8s/setup-minikube.sh does the same with minikube.
HELP
}

while (($#)); do
  case $1 in
    -h | --help) print_help && exit ;;
    --name) take_value "$@" && cluster=$value && shift ;;
    --http-port) take_value "$@" && http_port=$value && shift ;;
    --https-port) take_value "$@" && https_port=$value && shift ;;
    --no-build) build=no ;;
    --hosts) hosts=yes ;;
    *) fail "There is no option '$1'; k8s/setup-kind.sh --help lists them." ;;
  esac
  shift
done
context=kind-$cluster

cluster_settings() {
  cat <<SETTINGS
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraPortMappings:
      - {containerPort: 80, hostPort: $http_port, listenAddress: 127.0.0.1}
      - {containerPort: 443, hostPort: $https_port, listenAddress: 127.0.0.1}
SETTINGS
}

make_cluster() {
  if kind get clusters 2>/dev/null | grep -qxF "$cluster"; then
    say "    the cluster $cluster exists"
    kubectl --context "$context" get nodes >/dev/null 2>&1 ||
      fail "The cluster $cluster does not answer. Start its container (docker start $cluster-control-plane), or remove it:" \
        "kind delete cluster --name $cluster"
    return
  fi
  cluster_settings | kind create cluster --name "$cluster" --wait 5m --config - >&2 ||
    fail "kind could not create the cluster; see its output above. If a port is in use: --http-port 8080 --https-port 8443"
}

has_image() { docker exec "$cluster-control-plane" crictl inspecti "docker.io/library/$1" >/dev/null 2>&1; }
load_image() { kind load docker-image "$1" --name "$cluster" >&2 || fail "kind could not load $1."; }

steps=5
step "Looking for kind, kubectl, helm and docker."
need_kind
need_kubectl
need_helm
need_docker
step "Making the cluster $cluster; some minutes the first time."
make_cluster
step "Installing Traefik as the way in."
install_traefik "$context"
step "Building and loading the images."
if [[ $build == yes ]]; then build_cluster_images; fi
load_cluster_images "$context"
step "Leading the names to the cluster."
lead_names_to 127.0.0.1 "$hosts"
say "The cluster is ready. Next: k8s/deploy-helm.sh dev --context $context"
if ((http_port != 80)); then
  say "The pages are on port $http_port, so add: -- --set publicUrl=http://vote.local:$http_port/ --set publicResultUrl=http://result.local:$http_port/"
fi
