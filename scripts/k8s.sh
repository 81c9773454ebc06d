# shellcheck shell=bash
# ./dev k8s: Pollux on Kubernetes. A local cluster (k8s_cluster.sh), or the user's kind or minikube cluster if --context names
# it; with the images of ./dev e2e (k8s_images.sh); and the tests that run against it.

k8s_help() {
  cat <<'HELP'
Usage: ./dev k8s COMMAND

  up                   start a local one-node cluster in its own namespaces and import Pollux's images; if it is running,
                       only import changed images
  up --context NAME    use that context of your kubeconfig, a kind or minikube cluster: only its images are updated
  down                 stop the local cluster and remove everything but its images; a kind or minikube cluster is left as it is
  smoke                check the local cluster: DNS, policies, volumes, ingress, metrics
  test [check…]        test Pollux on the cluster; --list prints the checks
  chaos                the checks that are too long for every commit: pods killed, network cut, disks full, under load
  kubectl …, helm …    run these programs with the cluster's kubeconfig, such as ./dev k8s kubectl get pods -A

The local cluster needs root. There can be one per machine.
HELP
}

# k8s_tools: puts kubectl and helm onto PATH and sets KUBECONFIG. For the user's cluster, the user's programs are preferred.
k8s_tools() {
  local program path
  [[ -e $k8s_dir/kubeconfig ]] || fail "No cluster has been started: ./dev k8s up."
  export KUBECONFIG=$k8s_dir/kubeconfig
  mkdir -p "$k8s_dir/bin"
  for program in kubectl helm; do
    rm -f "$k8s_dir/bin/$program"
    if [[ -e $k8s_dir/context ]] && command -v "$program" >/dev/null; then continue; fi
    path=$(go_program "${program/kubectl/kube}") || exit 1
    ln -s "$path" "$k8s_dir/bin/$program"
  done
  export PATH=$k8s_dir/bin:$PATH
}

k8s_context_kind() {
  case $1 in
    kind-*) echo kind ;;
    *) if command -v minikube >/dev/null && minikube profile list --output json 2>/dev/null | grep -q "\"Name\": *\"$1\""; then echo minikube; fi ;;
  esac
}

# k8s_up_context NAME: uses a running kind or minikube cluster.
k8s_up_context() {
  local context=$1 kind id name started=$SECONDS
  kind=$(k8s_context_kind "$context")
  [[ -n $kind ]] || fail "The context '$context' is neither of kind (kind-…) nor of minikube (minikube profile list)."
  command -v "$kind" >/dev/null || fail "The program $kind is missing."
  [[ ! -e $k8s_dir/node/pki/admin.kubeconfig ]] || ! k8s_process >/dev/null ||
    fail "The local cluster is running: stop it with ./dev k8s down first."
  command -v kubectl >/dev/null || fail "The program kubectl is missing."
  mkdir -p "$k8s_dir"
  kubectl config view --context "$context" --minify --flatten --raw >"$k8s_dir/kubeconfig.new" ||
    fail "kubectl does not know the context '$context': kubectl config get-contexts lists them."
  mv "$k8s_dir/kubeconfig.new" "$k8s_dir/kubeconfig"
  printf '%s\n' "$context" >"$k8s_dir/context"
  "$root/dev" k8s prepare-images || exit 1
  while read -r id name; do
    say "  loading $name"
    k8s_load "$kind" "$context" "$k8s_dir/images/$id.tar"
  done <"$k8s_dir/images/saved"
  k8s_check_context
  say "The context $context is ready after $(seconds_since "$started") s: KUBECONFIG=$k8s_dir/kubeconfig."
}

# k8s_load KIND CONTEXT ARCHIVE
k8s_load() {
  case $1 in
    kind) quietly k8s-load kind load image-archive "$3" --name "${2#kind-}" ;;
    minikube) quietly k8s-load minikube --profile "$2" image load "$3" ;;
  esac
}

# k8s_check_context: fails if the cluster lacks what the tests need.
k8s_check_context() {
  local missing=()
  k8s_tools
  kubectl get --raw /readyz >/dev/null 2>&1 || fail "The API server of the context does not answer: is the cluster running?"
  [[ -n $(kubectl get storageclass --output jsonpath='{.items[?(@.metadata.annotations.storageclass\.kubernetes\.io/is-default-class=="true")].metadata.name}') ]] ||
    missing+=("a default StorageClass (minikube addons enable default-storageclass)")
  [[ -n $(kubectl get ingressclass --output name) ]] || missing+=("an ingress controller, such as Traefik's Helm chart")
  [[ -n $(kubectl get gatewayclass --output name 2>/dev/null) ]] ||
    missing+=("an implementation of the Gateway API, such as Traefik's with providers.kubernetesGateway.enabled")
  kubectl get --raw /apis/metrics.k8s.io/v1beta1/nodes >/dev/null 2>&1 || missing+=("metrics-server (minikube addons enable metrics-server)")
  kubectl --namespace kube-system get daemonset --output name | grep -q -e calico -e cilium -e kindnet -e kube-router -e network-polic ||
    missing+=("a network plugin that enforces policies (minikube start --cni=calico)")
  if ((${#missing[@]} > 0)); then
    printf 'The cluster lacks %s.\n' "${missing[@]}" >&2
    exit 1
  fi
}

# Prints the URL of the ingress controller.
k8s_ingress() {
  local context
  if [[ -n ${POLLUX_K8S_INGRESS:-} ]]; then
    echo "$POLLUX_K8S_INGRESS"
  elif [[ ! -e $k8s_dir/context ]]; then
    echo "http://$k8s_node_address"
  else
    context=$(<"$k8s_dir/context")
    case $(k8s_context_kind "$context") in
      minikube) echo "http://$(minikube --profile "$context" ip)" ;;
      *) echo http://127.0.0.1 ;;
    esac
  fi
}

k8s_up() {
  case ${1:-} in
    '') rm -f "$k8s_dir/context" && k8s_up_own ;;
    --context) k8s_up_context "${2:?--context takes a name}" ;;
    *) fail "Usage: ./dev k8s up [--context NAME]" ;;
  esac
}

k8s_down() {
  if [[ -e $k8s_dir/context ]]; then
    say "The context $(<"$k8s_dir/context") is left as it is."
    rm -f "$k8s_dir/context" "$k8s_dir/kubeconfig"
  else
    k8s_down_own
  fi
}

# The folder with the resource definitions of the Prometheus operator.
k8s_operator() {
  go_toolchain "$root/tests/kubernetes/tools/go.mod"
  echo "$(go_module_files prometheus-operator)/example/prometheus-operator-crd"
}

# k8s_test COMMAND…: runs the command with variables that describe the cluster.
k8s_test() {
  k8s_tools
  POLLUX_K8S_INGRESS=$(k8s_ingress)
  export POLLUX_K8S_INGRESS POLLUX_K8S_INGRESS_CLASS=${POLLUX_K8S_INGRESS_CLASS:-}
  POLLUX_K8S_OPERATOR=$(k8s_operator) || exit 1
  export POLLUX_K8S_OPERATOR
  if [[ ! -e $k8s_dir/context ]]; then
    export POLLUX_K8S_OWN=yes POLLUX_K8S_NODE
    POLLUX_K8S_NODE="nsenter --target $(pgrep --parent "$(cat "$k8s_lock")") --net --mount --pid --"
  fi
  exec "$@"
}

k8s_smoke() {
  [[ ! -e $k8s_dir/context ]] || fail "'./dev k8s smoke' checks the local cluster, not the context $(<"$k8s_dir/context")."
  PROBE=$(go_program probe) || exit 1
  export PROBE
  k8s_test "$root/tests/kubernetes/cluster/smoke.sh"
}

k8s_command() {
  local command=${1:-help}
  shift || true
  case $command in
    help | -h | --help) k8s_help ;;
    up) k8s_up "$@" ;;
    down) k8s_down ;;
    prepare-images) k8s_prepare_images ;;    # runs while the cluster starts
    save-images) k8s_save_images "$@" ;;     # runs with an engine
    smoke) k8s_smoke ;;
    test)
      case ${1:-} in
        --list | --help) exec "$root/tests/kubernetes/run.sh" "$@" ;;  # need no cluster
        *) k8s_test "$root/tests/kubernetes/run.sh" "$@" ;;
      esac
      ;;
    chaos) k8s_test "$root/tests/kubernetes/run.sh" kills cuts disks ;;
    kubectl | helm)
      k8s_tools
      exec "$command" "$@"
      ;;
    *) fail "Unknown command '$command'; ./dev k8s lists the commands." ;;
  esac
}
