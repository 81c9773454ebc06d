#!/usr/bin/env bash
# Installs or upgrades Pollux on a cluster by its chart, and waits until it runs. See --help.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

print_help() {
  cat <<'HELP'
Usage: k8s/deploy-helm.sh [dev|production] [option…] [-- arguments of helm]

Installs Pollux by charts/pollux, or upgrades it, in the cluster that kubectl speaks to; waits until every pod is ready;
prints the addresses and what to do next. It may be run again at any time. Where it fails it says what the pods wait for.

  dev              one pod of each, small volumes, passwords made by the chart, the images that k8s/setup-minikube.sh or
                   k8s/setup-kind.sh loaded (the default)
  production       several pods of each service, PostgreSQL and Redis from elsewhere: read charts/pollux/values-production.yaml,
                   write your addresses into a file of values, and name it by --values

  --values FILE    further values, which win over the preset's; may be repeated
  --context NAME   the cluster (kubectl's current context)
  --namespace NAME the namespace, made with Pod Security `restricted` where it is missing (voting-app)
  --release NAME   the release (pollux)
  --timeout TIME   how long to wait for the pods, in seconds or minutes, such as 90s (5m)
  --seed           cast 3000 votes once everything runs
  --dry-run        print what Helm would apply, change nothing

  k8s/deploy-helm.sh
  k8s/deploy-helm.sh dev -- --set question="Where shall we eat?" --set 'options={Noodles,Pizza,Salad}' --set run=2
  k8s/deploy-helm.sh production --context prod --values my-values.yaml
HELP
}

called_from=$PWD
cd "$root"
# shellcheck source-path=SCRIPTDIR/..
source scripts/say.sh
source k8s/local/checks.sh
source k8s/local/images.sh
source k8s/local/rollout.sh

preset=dev context="" namespace=voting-app release=pollux timeout=5m seed=no dry_run=no own_values=() helm_arguments=()

# add_values FILE: as seen from the folder that the script was called in.
add_values() {
  local file=$1
  if [[ $file != /* ]]; then file=$called_from/$file; fi
  [[ -r $file ]] || fail "The file of values $1 can't be read."
  own_values+=("$file")
}

while (($#)); do
  case $1 in
    -h | --help) print_help && exit ;;
    dev | production) preset=$1 ;;
    --values | -f) take_value "$@" && add_values "$value" && shift ;;
    --context) take_value "$@" && context=$value && shift ;;
    --namespace | -n) take_value "$@" && namespace=$value && shift ;;
    --release) take_value "$@" && release=$value && shift ;;
    --timeout) take_value "$@" && timeout=$value && shift ;;
    --seed) seed=yes ;;
    --dry-run) dry_run=yes ;;
    --)
      shift
      helm_arguments=("$@")
      break
      ;;
    *) fail "There is no '$1' here; k8s/deploy-helm.sh --help says what there is. What is Helm's own comes after --." ;;
  esac
  shift
done
wait_seconds=$(seconds_of "$timeout")
if [[ $preset == production && ${#own_values[@]} -eq 0 ]]; then
  fail "production needs your addresses and Secrets: read charts/pollux/values-production.yaml, write what differs into a file," \
    "and call k8s/deploy-helm.sh production --values FILE"
fi

in_cluster() { kubectl --context "$context" --namespace "$namespace" "$@"; }
helm_here() { helm "$@" --kube-context "$context" --namespace "$namespace"; }

# The preset, the images that a script of ours loaded into this cluster, then what the caller says.
set_chart_values() {
  local images file
  chart_values=(--values "charts/pollux/values-$preset.yaml")
  images=$(images_file "$context")
  if [[ $preset == dev && -r $images ]]; then chart_values+=(--values "$images"); fi
  for file in ${own_values[@]+"${own_values[@]}"}; do chart_values+=(--values "$file"); done
  if [[ $seed == yes ]]; then chart_values+=(--set seed.enabled=true); fi
  chart_values+=(${helm_arguments[@]+"${helm_arguments[@]}"})
}

# Helm makes namespaces without labels; this one admits only pods that keep to Pod Security `restricted`.
make_namespace() {
  local level=pod-security.kubernetes.io
  if ! kubectl --context "$context" get namespace "$namespace" >/dev/null 2>&1; then
    kubectl --context "$context" create namespace "$namespace" >&2 || fail "The namespace $namespace was not made."
  fi
  kubectl --context "$context" label namespace "$namespace" --overwrite \
    $level/enforce=restricted $level/warn=restricted $level/audit=restricted >/dev/null ||
    fail "The namespace $namespace did not get the labels of Pod Security."
}

# Pods wait without end for a Secret that does not exist.
require_secrets() {
  local rendered=$1 made name missing=()
  made=$(kinds_in "$rendered" | sed -n 's/^Secret //p') ||
    fail "The cluster does not know every kind of object above: install what defines it, or switch off what needs it" \
      "(monitoring, gateway, worker.autoscaling.keda)."
  while read -r name; do
    if grep -qxF "$name" <<<"$made" || in_cluster get secret "$name" >/dev/null 2>&1; then continue; fi
    missing+=("$name")
  done < <(secrets_of_pods "$rendered")
  ((${#missing[@]} == 0)) ||
    fail "The namespace $namespace has no Secret ${missing[*]}. SECRETS-MANAGEMENT.md says what belongs into each."
}

steps=4
step "Looking for kubectl, helm and the cluster."
need_kubectl
need_helm
context=$(need_cluster "$context")
set_chart_values
rendered=$(mktemp)
trap 'rm -f "$rendered"' EXIT
helm_here template "$release" charts/pollux "${chart_values[@]}" >"$rendered" ||
  fail "The chart does not take these values; Helm's message above names the one that is wrong."
if [[ $dry_run == yes ]]; then
  cat "$rendered"
  say "Nothing was changed: this is what would be applied to namespace $namespace of $context."
  exit
fi
step "Preparing namespace $namespace in $context."
make_namespace
require_secrets "$rendered"
step "Applying the chart as release $release ($preset)."
helm_here upgrade --install "$release" charts/pollux --timeout "${wait_seconds}s" "${chart_values[@]}" >/dev/null || {
  say_what_pods_wait_for
  fail "Helm did not apply the chart; its message is above. k8s/DEPLOYMENT.md says what usual ones mean."
}
step "Waiting until everything is ready, $timeout at most."
{ delete_stuck_pods && wait_for_rollout "$wait_seconds"; } || {
  say_what_pods_wait_for
  fail "Not everything is ready. k8s/DEPLOYMENT.md says what to do; back to the release before: helm rollback $release" \
    "-n $namespace --kube-context $context"
}
say_what_is_next
