#!/usr/bin/env bash
# Installs Prometheus, Alertmanager, Grafana, Loki and Alloy, and connects Pollux to them. See --help.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

print_help() {
  cat <<'HELP'
Usage: k8s/deploy-monitoring.sh [--context NAME] [--timeout TIME] [--port-forward]

Installs or upgrades Prometheus, Alertmanager, Grafana, Loki and Alloy in the namespace `monitoring` of kubectl's
current cluster, then the monitors, alerts and dashboards of Pollux in the namespace `voting-app`. It can be repeated at any
time; the settings are in k8s/monitoring.

  --context NAME   the cluster (kubectl's current context)
  --timeout TIME   how long to wait for each chart, in seconds or minutes, such as 90s (10m)
  --port-forward   then serve Grafana, Prometheus and Alertmanager on this machine's loopback until Ctrl-C

Its pods request 1.2 GB of memory and a quarter of a CPU. The cluster needs a default StorageClass.
HELP
}

cd "$root"
# shellcheck source-path=SCRIPTDIR/..
source scripts/say.sh
source k8s/local/checks.sh

namespace=monitoring app_namespace=voting-app context="" timeout=10m port_forward=no
prometheus_chart=oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack prometheus_version=88.5.3
loki_chart=oci://ghcr.io/grafana-community/helm-charts/loki loki_version=18.11.2
alloy_chart=oci://ghcr.io/grafana/helm-charts/alloy alloy_version=1.11.1

while (($#)); do
  case $1 in
    -h | --help) print_help && exit ;;
    --context) take_value "$@" && context=$value && shift ;;
    --timeout) take_value "$@" && timeout=$value && shift ;;
    --port-forward) port_forward=yes ;;
    *) fail "There is no option '$1'; k8s/deploy-monitoring.sh --help lists them." ;;
  esac
  shift
done
wait_seconds=$(seconds_of "$timeout")

kubectl_here() { kubectl --context "$context" "$@"; }
in_cluster() { kubectl_here --namespace "$namespace" "$@"; }

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

# install_chart RELEASE CHART VERSION VALUES
install_chart() {
  helm upgrade --install "$1" "$2" --version "$3" --values "k8s/monitoring/$4" --kube-context "$context" \
    --namespace "$namespace" --wait --timeout "${wait_seconds}s" >/dev/null || {
    show_pod_problems ""
    fail "$1 is not ready after $timeout, or Helm could not install it: see its message above."
  }
}

# A release of our chart with monitoring.enabled has them itself; with both, every pod would be scraped twice.
connect_pollux() {
  local own file
  own=$(kubectl_here get servicemonitor --all-namespaces --output name \
    --selector app.kubernetes.io/name=pollux,app.kubernetes.io/managed-by=Helm) ||
    fail "The ServiceMonitors of the cluster could not be listed; see the message above."
  if [[ -n $own ]]; then
    say "    the Helm release of Pollux has them (monitoring.enabled)"
    return
  fi
  make_restricted_namespace "$context" "$app_namespace"
  for file in servicemonitor prometheusrule dashboards; do
    kubectl_here apply --server-side --filename "k8s/monitoring/$file.yaml" >/dev/null ||
      fail "k8s/monitoring/$file.yaml was not accepted; see the message above."
  done
}

show_addresses() {
  local node
  node=$(kubectl_here get nodes --output 'jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}')
  say "Monitoring runs in namespace $namespace of $context."
  say "  Grafana       http://$node:30300/   user admin, password:"
  say "                kubectl --context $context -n $namespace get secret grafana-admin -o go-template='{{index .data \"admin-password\" | base64decode}}'"
  say "  Prometheus    http://$node:30090/"
  say "If the node's address can't be reached from here (kind; Docker on macOS or Windows): k8s/deploy-monitoring.sh --port-forward"
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

steps=6
step "Looking for kubectl, helm and the cluster."
need_kubectl
need_helm
context=$(need_cluster "$context")
step "Preparing namespace $namespace and the definitions of the Prometheus operator in $context."
make_monitoring_namespace
apply_definitions
make_grafana_password
step "Installing Prometheus, Alertmanager and Grafana; some minutes the first time."
install_chart kube-prometheus-stack "$prometheus_chart" "$prometheus_version" prometheus-values.yaml
step "Installing Loki, which stores logs."
install_chart loki "$loki_chart" "$loki_version" loki-values.yaml
step "Installing Alloy, which sends the pods' logs to Loki."
install_chart alloy "$alloy_chart" "$alloy_version" alloy-values.yaml
step "Applying the monitors, alerts and dashboards of Pollux."
connect_pollux
show_addresses
if [[ $port_forward == yes ]]; then forward_ports; fi
