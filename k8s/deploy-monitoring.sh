#!/usr/bin/env bash
# Installs Prometheus, Alertmanager, Grafana, Loki, Alloy and Tempo, and connects Pollux to them. See --help.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

print_help() {
  cat <<'HELP'
Usage: k8s/deploy-monitoring.sh [option…]

Installs or upgrades Prometheus, Alertmanager, Grafana, Loki, Alloy and Tempo in the namespace `monitoring` of kubectl's
current cluster, then a monitor of one release of Pollux, and the alerts and dashboards of all. It can be repeated at any
time; the settings are in k8s/monitoring.

  --context NAME   the cluster (kubectl's current context)
  --namespace NAME the namespace of Pollux (voting-app)
  --release NAME   the release of Pollux in it (pollux, also for k8s/manifests)
  --timeout TIME   how long to wait for each chart, in seconds or minutes, such as 90s (10m)
  --node-ports     serve Grafana on port 30300 and Prometheus, which has no login, on port 30090 of every node; always so
                   on minikube and kind
  --port-forward   then serve Grafana, Prometheus and Alertmanager on this machine's loopback until Ctrl-C

Its pods request 1.5 GB of memory and a third of a CPU. The cluster needs a default StorageClass.
HELP
}

cd "$root"
# shellcheck source-path=SCRIPTDIR/..
source scripts/say.sh
source k8s/local/checks.sh

namespace=monitoring app_namespace=voting-app release=pollux context="" timeout=10m node_ports=no port_forward=no
prometheus_chart=oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack prometheus_version=88.5.3
loki_chart=oci://ghcr.io/grafana-community/helm-charts/loki loki_version=18.11.2
alloy_chart=oci://ghcr.io/grafana/helm-charts/alloy alloy_version=1.11.1
tempo_chart=oci://ghcr.io/grafana-community/helm-charts/tempo tempo_version=3.1.1

while (($#)); do
  case $1 in
    -h | --help) print_help && exit ;;
    --context) take_value "$@" && context=$value && shift ;;
    --namespace | -n) take_value "$@" && app_namespace=$value && shift ;;
    --release) take_value "$@" && release=$value && shift ;;
    --timeout) take_value "$@" && timeout=$value && shift ;;
    --node-ports) node_ports=yes ;;
    --port-forward) port_forward=yes ;;
    *) fail "There is no option '$1'; k8s/deploy-monitoring.sh --help lists them." ;;
  esac
  shift
done
wait_seconds=$(seconds_of "$timeout")

[[ $app_namespace =~ ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$ ]] || fail "'$app_namespace' is no name of a namespace."
[[ $release =~ ^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$ ]] || fail "'$release' is no name of a release."

kubectl_here() { kubectl --context "$context" "$@"; }
in_cluster() { kubectl_here --namespace "$namespace" "$@"; }

# Stops before anything is installed if there is nothing to monitor.
need_release() {
  local found
  found=$(kubectl_here get pods --namespace "$app_namespace" --output name \
    --selector "$pollux,app.kubernetes.io/instance=$release,pollux/management=true") ||
    fail "The pods of namespace $app_namespace could not be listed; see the message above."
  if [[ -n $found ]]; then return; fi
  say "No pod in namespace $app_namespace belongs to a release $release of Pollux."
  found=$(kubectl_here get pods --all-namespaces --selector "$pollux,pollux/management=true" --output \
    'jsonpath={range .items[*]}--namespace {.metadata.namespace} --release {.metadata.labels.app\.kubernetes\.io/instance}{"\n"}{end}') ||
    fail "The pods of the other namespaces could not be listed; see the message above."
  [[ -n $found ]] || fail "Install it first: k8s/deploy-helm.sh, or k8s/manifests (k8s/DEPLOYMENT.md)"
  fail "These exist in $context; choose one of them:"$'\n'"$(sort -u <<<"$found")"
}

# minikube labels its nodes, kind is in their provider's id. Their contexts can have any name.
is_local_cluster() {
  local nodes
  nodes=$(kubectl_here get nodes \
    --output 'jsonpath={range .items[*]}minikube:{.metadata.labels.minikube\.k8s\.io/name} {.spec.providerID}{"\n"}{end}') ||
    fail "The nodes of the cluster could not be listed; see the message above."
  [[ $nodes == *minikube:[!\ ]* || $nodes == *' kind://'* ]]
}

# Helm installs the operator's custom resource definitions, but does not upgrade them; and they are too large for the
# annotation of a client-side apply.
apply_definitions() {
  local definitions
  definitions=$(helm show crds "$prometheus_chart" --version "$prometheus_version") ||
    fail "The chart $prometheus_chart can't be read: is ghcr.io reachable from here?"
  kubectl_here apply --server-side --force-conflicts --filename - <<<"$definitions" >/dev/null ||
    fail "The definitions of the Prometheus operator could not be applied; see the message above."
  kubectl_here wait --for condition=Established --timeout 60s \
    crd/prometheuses.monitoring.coreos.com crd/alertmanagers.monitoring.coreos.com crd/servicemonitors.monitoring.coreos.com \
    crd/prometheusrules.monitoring.coreos.com crd/probes.monitoring.coreos.com >/dev/null ||
    fail "The definitions of the Prometheus operator were not accepted within a minute."
}

make_monitoring_namespace() {
  kubectl_here apply --server-side --filename k8s/monitoring/namespace.yaml >/dev/null ||
    fail "The namespace $namespace could not be created."
}

# A random password for Grafana, once. It is in no argument and no file.
make_grafana_password() {
  if in_cluster get secret grafana-admin >/dev/null 2>&1; then return; fi
  in_cluster create --filename - >/dev/null <<SECRET || fail "The Secret grafana-admin could not be created."
apiVersion: v1
kind: Secret
metadata: {name: grafana-admin}
stringData: {admin-user: admin, admin-password: $(od -An -v -tx1 -N 16 /dev/urandom | tr -d ' \n')}
SECRET
}

# install_chart RELEASE CHART VERSION VALUES…: files of k8s/monitoring.
install_chart() {
  local values=() file
  for file in "${@:4}"; do values+=(--values "k8s/monitoring/$file"); done
  helm upgrade --install "$1" "$2" --version "$3" "${values[@]}" --kube-context "$context" \
    --namespace "$namespace" --wait --timeout "${wait_seconds}s" >/dev/null || {
    show_pod_problems ""
    fail "$1 is not ready after $timeout, or Helm could not install it: see its message above."
  }
}

pollux=app.kubernetes.io/name=pollux
plain=$pollux,app.kubernetes.io/managed-by!=Helm
components=$(sed -n 's|^    app.kubernetes.io/component: ||p' k8s/monitoring/dashboards.yaml)
dashboards="app.kubernetes.io/component in (${components//$'\n'/,})"

# helm_has KIND SELECTOR [NAMESPACE]: a Helm release has such an object with monitoring.enabled. Of monitors, only those for
# this namespace count.
helm_has() {
  local found
  found=$(kubectl_here get "$1" --all-namespaces --selector "$pollux,app.kubernetes.io/managed-by=Helm,$2" \
    --output 'jsonpath={range .items[*]}in {.spec.namespaceSelector.matchNames[0]}{"\n"}{end}') ||
    fail "The objects of kind $1 could not be listed; see the message above."
  grep -qx "in ${3:-.*}" <<<"$found"
}

# delete_plain KINDS SELECTOR WHERE…: those that an earlier run, or kubectl apply -f k8s/monitoring, created.
delete_plain() {
  kubectl_here delete "$1" --selector "$plain,$2" --ignore-not-found "${@:3}" >/dev/null ||
    fail "Objects of an earlier run of this script could not be deleted; see the message above."
}

# apply_plain FILE NAMESPACE
apply_plain() {
  local name=management
  if [[ $release != pollux ]]; then name=management-$release; fi
  sed -e "s/^  namespace: voting-app$/  namespace: $2/" -e "s/matchNames: \[voting-app\]/matchNames: [$2]/" \
    -e "s|^\( *app.kubernetes.io/instance\): pollux$|\1: $release|" -e "s/^  name: management$/  name: $name/" \
    "k8s/monitoring/$1.yaml" | kubectl_here apply --server-side --filename - >/dev/null ||
    fail "k8s/monitoring/$1.yaml was not accepted; see the message above."
}

# What a Helm release has itself (monitoring.enabled) is not applied, and is deleted if an earlier run did: otherwise pods
# would be scraped twice and rules loaded twice. Monitors belong to a release; rules and dashboards cover all releases.
connect_pollux() {
  local of_release=app.kubernetes.io/instance=$release,app.kubernetes.io/component=management
  if helm_has servicemonitor "$of_release" "$app_namespace"; then
    say "    the Helm release $release has a monitor itself (monitoring.enabled)"
    delete_plain servicemonitor,service "$of_release" --namespace "$app_namespace"
  else
    apply_plain servicemonitor "$app_namespace"
  fi
  connect_all prometheusrule prometheusrule app.kubernetes.io/component=rules
  connect_all configmap dashboards "$dashboards"
}

# connect_all KIND FILE SELECTOR: once in the cluster, in Prometheus's namespace.
connect_all() {
  if helm_has "$1" "$3"; then
    say "    a Helm release has $2 itself (monitoring.enabled)"
    delete_plain "$1" "$3" --all-namespaces
  else
    release=pollux apply_plain "$2" "$namespace"
    delete_plain "$1" "$3" --all-namespaces --field-selector "metadata.namespace!=$namespace"
  fi
}

show_addresses() {
  local node
  say "Monitoring runs in namespace $namespace of $context, and monitors release $release in namespace $app_namespace."
  if [[ $node_ports == yes ]]; then
    node=$(kubectl_here get nodes --output 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}')
    say "  Grafana       http://$node:30300/"
    say "  Prometheus    http://$node:30090/ (without a login)"
    say "If the node's address can't be reached from here (kind; Docker on macOS or Windows): k8s/deploy-monitoring.sh --port-forward"
  else
    say "  Grafana, Prometheus and Alertmanager are reachable from inside of the cluster only, and by: k8s/deploy-monitoring.sh --port-forward"
  fi
  say "  The password of Grafana's user admin:"
  say "                kubectl --context $context -n $namespace get secret grafana-admin -o go-template='{{index .data \"admin-password\" | base64decode}}'"
  say "Alerts notify no one until Alertmanager has a receiver: k8s/DEPLOYMENT.md#monitoring"
}

# forward SERVICE PORTS
forward() { in_cluster port-forward "service/kube-prometheus-stack-$1" "$2" >/dev/null & }

forward_ports() {
  trap 'kill $(jobs -p) 2>/dev/null' EXIT
  forward grafana 3000:80
  forward prometheus 9090:9090
  forward alertmanager 9093:9093
  say "Until Ctrl-C: Grafana http://localhost:3000/, Prometheus http://localhost:9090/, Alertmanager http://localhost:9093/"
  wait -n || true
  fail "A port could not be forwarded, or the connection ended; see the message above. Are ports 3000, 9090 and 9093 free?"
}

steps=7
step "Looking for kubectl, helm and the cluster."
need_kubectl
need_helm
context=$(need_cluster "$context")
need_release
if is_local_cluster; then node_ports=yes; fi
prometheus_values=(prometheus-values.yaml)
if [[ $node_ports == yes ]]; then prometheus_values+=(node-ports-values.yaml); fi
step "Preparing namespace $namespace and the definitions of the Prometheus operator in $context."
make_monitoring_namespace
apply_definitions
make_grafana_password
step "Installing Prometheus, Alertmanager and Grafana; some minutes the first time."
install_chart kube-prometheus-stack "$prometheus_chart" "$prometheus_version" "${prometheus_values[@]}"
step "Installing Loki, which stores logs."
install_chart loki "$loki_chart" "$loki_version" loki-values.yaml
step "Installing Alloy, which sends the pods' logs to Loki."
install_chart alloy "$alloy_chart" "$alloy_version" alloy-values.yaml
step "Installing Tempo, which stores traces."
install_chart tempo "$tempo_chart" "$tempo_version" tempo-values.yaml
step "Applying the monitors, alerts and dashboards of Pollux."
connect_pollux
show_addresses
if [[ $port_forward == yes ]]; then forward_ports; fi
