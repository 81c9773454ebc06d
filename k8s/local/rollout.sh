# shellcheck shell=bash
# Waits for a release and reports the result. Expects of the script that sources it: in_cluster, helm_here, release,
# namespace, context.

# kinds_in FILE: kind and name of each object in a file of manifests.
kinds_in() {
  kubectl create --dry-run=client --validate=false --filename "$1" \
    --output 'jsonpath={.kind}{" "}{.metadata.name}{"\n"}'
}

# secrets_of_pods FILE: the Secrets that the pods of manifests need.
secrets_of_pods() {
  kubectl create --dry-run=client --validate=false --filename "$1" \
    --output 'jsonpath={.spec.template.spec..secretKeyRef.name}{" "}{.spec.template.spec.volumes[*].projected.sources[*].secret.name}{" "}' |
    tr ' ' '\n' | sed '/^$/d' | sort -u
}

# delete_stuck_pods: a StatefulSet replaces its pod only when the pod is ready. A pod that could not start, because of a
# missing image or Secret, would never be replaced; it has no state to lose.
delete_stuck_pods() {
  local set generation revision pod
  while read -r set generation; do
    in_cluster wait "statefulset/$set" --for "jsonpath={.status.observedGeneration}=$generation" --timeout 30s >/dev/null || return 1
    revision=$(in_cluster get statefulset "$set" --output 'jsonpath={.status.updateRevision}')
    pod=$(in_cluster get pod "$set-0" --ignore-not-found \
      --output 'jsonpath={.metadata.labels.controller-revision-hash} {.status.containerStatuses[0].state.waiting.reason}')
    if [[ $pod == *' '?* && ${pod%% *} != "$revision" ]]; then
      say "    replacing the pod $set-0, which could not start (${pod#* }) with the previous settings"
      in_cluster delete pod "$set-0" >/dev/null
    fi
  done < <(in_cluster get statefulset --selector "app.kubernetes.io/instance=$release" \
    --output 'jsonpath={range .items[*]}{.metadata.name}{" "}{.metadata.generation}{"\n"}{end}')
}

# wait_for_rollout SECONDS: waits for every Deployment and StatefulSet of the release and reports each.
wait_for_rollout() {
  local deadline=$((SECONDS + $1)) left workload
  while read -r workload; do
    left=$((deadline - SECONDS))
    if ((left < 1)); then left=1; fi
    in_cluster rollout status "$workload" --timeout="${left}s" >&2 || return 1
  done < <(in_cluster get statefulset,deployment --selector "app.kubernetes.io/instance=$release" --output name)
}

# chart_value NAME: prints a top-level value of the release.
chart_value() { helm_here get values "$release" --all | sed -n "s/^$1: *\"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p"; }

answers() { curl --silent --fail --output /dev/null --max-time 5 "$1"; }

show_next_steps() {
  local vote result
  vote=$(chart_value publicUrl)
  result=$(chart_value publicResultUrl)
  say "Pollux runs in namespace $namespace of $context."
  say "  vote     ${vote:-not set: publicUrl}"
  say "  results  ${result:-not set: publicResultUrl}"
  if [[ -n $vote ]] && command -v curl >/dev/null && ! answers "$vote"; then
    say "$vote does not answer yet from this machine. Names that end in .local need a line in /etc/hosts, which"
    say "k8s/setup-minikube.sh prints; others need DNS. Without either:"
    say "  kubectl --context $context -n $namespace port-forward service/$(service_of vote) 8080:80"
  fi
  say "What to do next:"
  say "  cast a vote and see it counted   helm test $release --kube-context $context -n $namespace"
  say "  list the pods                    kubectl --context $context -n $namespace get pods"
  say "  show the worker's log            kubectl --context $context -n $namespace logs -l app.kubernetes.io/component=worker"
  say "Upgrades, backups and troubleshooting: k8s/DEPLOYMENT.md"
}

# service_of COMPONENT: the name of its Service.
service_of() {
  in_cluster get service --output 'jsonpath={.items[0].metadata.name}' \
    --selector "app.kubernetes.io/instance=$release,app.kubernetes.io/component=$1"
}
