#!/usr/bin/env bash
# ./dev k8s smoke: checks what the tests of Pollux require of the cluster of ./dev k8s up.
# Prints a line with pass or FAIL per check. KUBECONFIG and PATH are set by scripts/k8s.sh.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

# shellcheck source=tests/containers/e2e/report.sh
source ../../containers/e2e/report.sh

kube() { kubectl --namespace smoke "$@"; }

# in_client COMMAND…: runs the program probe in the client's pod.
in_client() { kube exec client-0 -- /probe "$@"; }

begin() {
  kubectl delete namespace smoke --ignore-not-found --timeout=60s &&
    kubectl apply -f smoke.yaml
}

pods_run() { kube rollout status "$1" --timeout=60s; }

node_is_ready() { kubectl wait --for=condition=Ready node --all --timeout=30s; }

privileged_is_refused() {
  local said
  if said=$(kube run privileged --image=pollux.local/programs:1 --privileged 2>&1); then fail_because "the pod was admitted" || return; fi
  grep -o 'violates PodSecurity "restricted:latest"' <<<"$said" || fail_because "$said"
}

service_answers() { in_client get "http://$1/" | grep -o '^hello'; }

outside_name_is_unknown() {
  local said
  if said=$(in_client get http://pollux.example/ 2>&1); then fail_because "$said" || return; fi
  grep -o 'no such host' <<<"$said" || fail_because "$said"
}

server_address() { kube get pods --selector app=server --output jsonpath='{.items[0].status.podIP}:8080'; }

# Policies are applied to the first packet of a connection, so they take effect with the next attempt.
cannot_connect() {
  local said
  if said=$(in_client connect "$1" 1 2>/dev/null); then fail_because "$said" || return; fi
  grep -x 'timeout\|refused' <<<"$said"
}

policies_open() { kube label pod client-0 allowed=yes --overwrite >/dev/null && within 10 service_answers server.smoke.svc.cluster.local; }

# Neither do labels that the pod does not have, nor ports that no rule names.
policy_names_the_port() { cannot_connect "$(kubectl --namespace kube-system get pods --selector k8s-app=kube-dns --output jsonpath='{.items[0].status.podIP}'):8080"; }

end_policies() { kube delete networkpolicy --all --wait >/dev/null && within 10 service_answers server; }

volume_outlives_its_pod() {
  in_client write /data/file kept || return
  kube delete pod client-0 --wait >/dev/null && pods_run statefulset/client >/dev/null || return
  in_client read /data/file
}

# by_host HOST: prints the response of the ingress controller.
by_host() { curl --silent --show-error --fail --max-time 3 --header "Host: $1" "$POLLUX_K8S_INGRESS/" | grep -o '^hello'; }

unknown_host_is_404() {
  equal "$(curl --silent --max-time 3 --output /dev/null --write-out '%{http_code}' --header 'Host: other.local' "$POLLUX_K8S_INGRESS/")" 404
}

web_socket_by_host() {
  local said
  said=$("$PROBE" websocket "ws://${POLLUX_K8S_INGRESS#http://}/ws" "$1") || fail_because "$said" || return
  equal "$said" echo
}

pods_are_measured() { kube top pods --no-headers | grep ^server; }

load_adds_pods() {
  local deadline=$((SECONDS + 90)) replicas
  until replicas=$(kube get hpa server --output jsonpath='{.status.desiredReplicas}') && ((replicas == 2)); do
    ((SECONDS < deadline)) || fail_because "$(kube get hpa server --no-headers)" || return
    curl --silent --max-time 3 --output /dev/null --header 'Host: smoke.local' "$POLLUX_K8S_INGRESS/work?[1-20]"
  done
}

trap 'kubectl delete namespace smoke --ignore-not-found --wait=false >/dev/null 2>&1' EXIT
started_at=$(now_ms)
check=start
attempt "the node is ready" node_is_ready
attempt "a namespace with pods, a Service, an Ingress, a volume" begin
attempt "two programs run" pods_run deployment/server && attempt "one of them with a volume" pods_run statefulset/client
check=security
attempt "a privileged pod is refused where the namespace says restricted" within 10 privileged_is_refused
check=names
attempt "a Service answers by its name" within 10 service_answers server
attempt "and by its full name" service_answers server.smoke.svc.cluster.local
attempt "a name of elsewhere is unknown" outside_name_is_unknown
check=policies
attempt "default deny" kubectl apply -f smoke-policies.yaml
attempt "a denied pod is not connected to" within 10 cannot_connect "$(server_address)"
attempt "an allowed one is, and reaches DNS" policies_open
attempt "but no port that no rule names" policy_names_the_port
attempt "without policies all connect again" end_policies
check=storage
attempt "what a pod writes outlives it" volume_outlives_its_pod
check=ingress
attempt "an Ingress leads to its Service by host" within 20 by_host smoke.local
attempt "an unknown host is 404" unknown_host_is_404
attempt "a WebSocket passes" web_socket_by_host smoke.local
if kubectl get gatewayclass traefik >/dev/null 2>&1; then
  attempt "an HTTPRoute" kubectl apply -f smoke-route.yaml
  attempt "leads to its Service by host" within 20 by_host route.local
  attempt "and passes a WebSocket" web_socket_by_host route.local
fi
check=metrics
attempt "pods are measured" within 60 pods_are_measured
attempt "load adds a pod" load_adds_pods
printf 'In %s.\n' "$(seconds $(($(now_ms) - started_at)))"
summary
