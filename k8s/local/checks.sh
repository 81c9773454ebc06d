# shellcheck shell=bash
# What the scripts of k8s/ share. What is missing or too old ends them with a message that says what to do.

oldest_minikube=1.34.0  # the first with Kubernetes 1.31, which the chart asks for
oldest_kind=0.24.0      # the first whose own network enforces NetworkPolicies
oldest_kubectl=1.29.0
oldest_helm=3.18.0
oldest_kubernetes=1.31.0  # kubeVersion in charts/pollux/Chart.yaml

# step TEXT…: says how far the script is. `steps` is how many there are.
step() {
  step_number=$((${step_number:-0} + 1))
  say "[$step_number/${steps:?}] $*"
}

# version_in TEXT: the first version in a program's output, without a v before it.
version_in() {
  if [[ $1 =~ [0-9]+\.[0-9]+(\.[0-9]+)? ]]; then echo "${BASH_REMATCH[0]}"; fi
}

# comparable VERSION: 1.38.1 → 1038001
comparable() {
  local major minor patch
  IFS=. read -r major minor patch <<<"$1"
  echo $((10#$major * 1000000 + 10#$minor * 1000 + 10#${patch:-0}))
}

at_least() { (($(comparable "$1") >= $(comparable "$2"))); }

output_with_version() {
  case $1 in
    minikube) minikube version --short ;;
    kind) kind version ;;
    kubectl) kubectl version --client ;;
    helm) helm version --short ;;
  esac
}

# need PROGRAM OLDEST ADDRESS: the program is there and not older than OLDEST.
need() {
  local have
  command -v "$1" >/dev/null || fail "$1 is not installed. Install $1 $2 or later: $3"
  have=$(version_in "$(output_with_version "$1" 2>&1)")
  [[ -n $have ]] || fail "$1 does not say its version ('$1 version'). Install $1 $2 or later: $3"
  at_least "$have" "$2" || fail "$1 $have is too old. Install $1 $2 or later: $3"
}

need_minikube() { need minikube "$oldest_minikube" https://minikube.sigs.k8s.io/docs/start/; }
need_kind() { need kind "$oldest_kind" https://kind.sigs.k8s.io/docs/user/quick-start/; }
need_kubectl() { need kubectl "$oldest_kubectl" https://kubernetes.io/docs/tasks/tools/; }
need_helm() { need helm "$oldest_helm" https://helm.sh/docs/intro/install/; }

need_docker() {
  command -v docker >/dev/null ||
    fail "docker is not installed; it builds the images. Install it: https://docs.docker.com/engine/install/"
  require_engine
}

# take_value OPTION [VALUE…]: sets `value`, or says that it is missing.
take_value() {
  [[ -n ${2:-} && $2 != -* ]] || fail "$1 needs a value; --help shows how."
  # shellcheck disable=SC2034  # for the script that asks
  value=$2
}

# seconds_of TIME: 90, 90s or 5m
seconds_of() {
  [[ $1 =~ ^([0-9]{1,6})([sm]?)$ ]] || fail "'$1' is no time; write 90s or 5m."
  if [[ ${BASH_REMATCH[2]} == m ]]; then echo $((10#${BASH_REMATCH[1]} * 60)); else echo $((10#${BASH_REMATCH[1]})); fi
}

# need_cluster [CONTEXT]: a cluster answers, and is not too old for the chart. Prints the name of the context.
need_cluster() {
  local context=${1:-} answer have
  if [[ -z $context ]]; then
    context=$(kubectl config current-context 2>/dev/null) ||
      fail "kubectl has no cluster to speak to. Make one with k8s/setup-minikube.sh, or choose one: kubectl config get-contexts"
  fi
  answer=$(kubectl --context "$context" version --request-timeout=15s 2>&1) ||
    fail "The cluster of context $context does not answer. Start it (k8s/setup-minikube.sh), or choose another" \
      "(--context NAME; kubectl config get-contexts lists them). kubectl said: $(tail -n 1 <<<"$answer")"
  have=$(version_in "$(sed -n 's/^Server Version: *//p' <<<"$answer")")
  [[ -n $have ]] || fail "The cluster of context $context does not say its version; kubectl said: $answer"
  at_least "$have" "$oldest_kubernetes" ||
    fail "The cluster of context $context has Kubernetes $have; the chart needs $oldest_kubernetes or later."
  echo "$context"
}

# make_restricted_namespace CONTEXT NAME: Helm creates namespaces without labels; this one admits only pods that comply with
# Pod Security `restricted`.
make_restricted_namespace() {
  local level=pod-security.kubernetes.io
  if ! kubectl --context "$1" get namespace "$2" >/dev/null 2>&1; then
    kubectl --context "$1" create namespace "$2" >&2 || fail "The namespace $2 could not be created."
  fi
  kubectl --context "$1" label namespace "$2" --overwrite \
    $level/enforce=restricted $level/warn=restricted $level/audit=restricted >/dev/null ||
    fail "The namespace $2 could not be labeled for Pod Security."
}

# show_pod_problems SELECTOR: prints what is needed first to find the problem. `in_cluster` is the caller's.
show_pod_problems() {
  say "--- pods"
  in_cluster get pods --selector "$1" >&2 || true
  say "--- the last warnings"
  in_cluster get events --field-selector type=Warning --sort-by=.lastTimestamp 2>/dev/null | tail -n 8 >&2 || true
  if [[ -z $1 ]]; then return; fi
  say "--- the last lines of the logs"
  in_cluster logs --selector "$1" --tail 3 --prefix --all-containers >&2 2>/dev/null || true
}
