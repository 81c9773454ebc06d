#!/usr/bin/env bash
# Installs or upgrades Pollux on a cluster with its chart, and waits until it is ready. See --help.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

print_help() {
  cat <<'HELP'
Usage: k8s/deploy-helm.sh [dev|production] [option…] [-- arguments of helm]

Installs or upgrades Pollux from charts/pollux in kubectl's current cluster, waits until every pod is ready, and prints the
addresses and next steps. It can be repeated at any time. If it fails, it shows what the pods wait for.

  dev              one pod of each, small volumes, generated passwords, the images loaded by k8s/setup-minikube.sh or
                   k8s/setup-kind.sh (the default)
  production       several pods of each service, external PostgreSQL and Redis: read charts/pollux/values-production.yaml, write
                   your addresses into a values file, and pass it with --values

  --values FILE    additional values, which override the preset's; may be repeated
  --context NAME   the cluster (kubectl's current context)
  --namespace NAME the namespace, created with Pod Security `restricted` if it is missing (voting-app)
  --release NAME   the release (pollux)
  --timeout TIME   how long to wait for the pods, in seconds or minutes, such as 90s (5m)
  --seed           cast 3000 votes afterwards
  --test           cast a vote afterwards and wait until it is counted (helm test)
  --dry-run        print what Helm would apply, without applying it

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

preset=dev context="" namespace=voting-app release=pollux timeout=5m seed=no test=no dry_run=no own_values=() helm_arguments=()

# add_values FILE: a path relative to the folder in which the script was called.
add_values() {
  local file=$1
  if [[ $file != /* ]]; then file=$called_from/$file; fi
  [[ -r $file ]] || fail "The values file $1 can't be read."
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
    --test) test=yes ;;
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

# The preset, the images that our scripts loaded into this cluster, then the caller's values.
set_chart_values() {
  local images file
  chart_values=(--values "charts/pollux/values-$preset.yaml")
  images=$(images_file "$context")
  if [[ $preset == dev && -r $images ]]; then chart_values+=(--values "$images"); fi
  for file in ${own_values[@]+"${own_values[@]}"}; do chart_values+=(--values "$file"); done
  if [[ $seed == yes ]]; then chart_values+=(--set seed.enabled=true); fi
  chart_values+=(${helm_arguments[@]+"${helm_arguments[@]}"})
}

# Pods wait forever for a missing Secret.
require_secrets() {
  local rendered=$1 made name missing=()
  made=$(kinds_in "$rendered" | sed -n 's/^Secret //p') ||
    fail "The cluster lacks a resource type above: install its CRDs, or disable what needs it" \
      "(monitoring, gateway, worker.autoscaling.keda)."
  while read -r name; do
    if grep -qxF "$name" <<<"$made" || in_cluster get secret "$name" >/dev/null 2>&1; then continue; fi
    missing+=("$name")
  done < <(secrets_of_pods "$rendered")
  ((${#missing[@]} == 0)) ||
    fail "The namespace $namespace has no Secret ${missing[*]}. SECRETS-MANAGEMENT.md describes their content."
}

steps=4
if [[ $test == yes ]]; then steps=5; fi
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
  say "Nothing was changed; the above would be applied to namespace $namespace of $context."
  exit
fi
step "Preparing namespace $namespace in $context."
make_restricted_namespace "$context" "$namespace"
require_secrets "$rendered"
step "Applying the chart as release $release ($preset)."
helm_here upgrade --install "$release" charts/pollux --timeout "${wait_seconds}s" "${chart_values[@]}" >/dev/null || {
  show_pod_problems "app.kubernetes.io/instance=$release"
  fail "Helm did not apply the chart; see its message above. k8s/DEPLOYMENT.md explains common ones."
}
step "Waiting until everything is ready, $timeout at most."
{ delete_stuck_pods && wait_for_rollout "$wait_seconds"; } || {
  show_pod_problems "app.kubernetes.io/instance=$release"
  fail "Not everything is ready: see k8s/DEPLOYMENT.md. To go back to the previous revision: helm rollback $release" \
    "-n $namespace --kube-context $context"
}
if [[ $test == yes ]]; then
  step "Casting a vote and waiting until it is counted."
  helm_here test "$release" --timeout "${wait_seconds}s" --logs >&2 ||
    fail "The vote was not counted; see the output above, and k8s/DEPLOYMENT.md."
fi
show_next_steps
