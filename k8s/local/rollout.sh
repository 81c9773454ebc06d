# shellcheck shell=bash
# Waiting for a release, and saying what became of it. Of the script that sources it: in_cluster, helm_here, release,
# namespace, context.

# seconds_of TIME: 90, 90s or 5m
seconds_of() {
  [[ $1 =~ ^([0-9]{1,6})([sm]?)$ ]] || fail "'$1' is no time; write 90s or 5m."
  if [[ ${BASH_REMATCH[2]} == m ]]; then echo $((10#${BASH_REMATCH[1]} * 60)); else echo $((10#${BASH_REMATCH[1]})); fi
}

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

# delete_stuck_pods: a StatefulSet replaces its pod only once that is ready. One that could not even start, for want of an
# image or a Secret, would stay as it is whatever is applied; it has nothing to lose.
delete_stuck_pods() {
  local set generation revision pod
  while read -r set generation; do
    in_cluster wait "statefulset/$set" --for "jsonpath={.status.observedGeneration}=$generation" --timeout 30s >/dev/null || return 1
    revision=$(in_cluster get statefulset "$set" --output 'jsonpath={.status.updateRevision}')
    pod=$(in_cluster get pod "$set-0" --ignore-not-found \
      --output 'jsonpath={.metadata.labels.controller-revision-hash} {.status.containerStatuses[0].state.waiting.reason}')
    if [[ $pod == *' '?* && ${pod%% *} != "$revision" ]]; then
      say "    replacing the pod $set-0, which could not start (${pod#* }) with the settings of before"
      in_cluster delete pod "$set-0" >/dev/null
    fi
  done < <(in_cluster get statefulset --selector "app.kubernetes.io/instance=$release" \
    --output 'jsonpath={range .items[*]}{.metadata.name}{" "}{.metadata.generation}{"\n"}{end}')
}

# wait_for_rollout SECONDS: every Deployment and StatefulSet of the release, each said when it is ready.
wait_for_rollout() {
  local deadline=$((SECONDS + $1)) left workload
  while read -r workload; do
    left=$((deadline - SECONDS))
    if ((left < 1)); then left=1; fi
    in_cluster rollout status "$workload" --timeout="${left}s" >&2 || return 1
  done < <(in_cluster get statefulset,deployment --selector "app.kubernetes.io/instance=$release" --output name)
}

# What somebody would ask for first.
say_what_pods_wait_for() {
  say "--- pods"
  in_cluster get pods --selector "app.kubernetes.io/instance=$release" >&2 || true
  say "--- the last warnings"
  in_cluster get events --field-selector type=Warning --sort-by=.lastTimestamp 2>/dev/null | tail -n 8 >&2 || true
  say "--- the last lines of the logs"
  in_cluster logs --selector "app.kubernetes.io/instance=$release" --tail 3 --prefix --all-containers >&2 2>/dev/null || true
}

# chart_value NAME: a value at the top level, as the release has it.
chart_value() { helm_here get values "$release" --all | sed -n "s/^$1: *\"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p"; }

answers() { curl --silent --fail --output /dev/null --max-time 5 "$1"; }

say_what_is_next() {
  local vote result
  vote=$(chart_value publicUrl)
  result=$(chart_value publicResultUrl)
  say "Pollux runs in namespace $namespace of $context."
  say "  vote     ${vote:-not set: publicUrl}"
  say "  results  ${result:-not set: publicResultUrl}"
  if [[ -n $vote ]] && command -v curl >/dev/null && ! answers "$vote"; then
    say "From this machine $vote does not answer yet. Names that end in .local need a line in /etc/hosts, which"
    say "k8s/setup-minikube.sh prints; others need DNS. Without either:"
    say "  kubectl --context $context -n $namespace port-forward service/$(service_of vote) 8080:80"
  fi
  say "What to do next:"
  say "  cast a vote and see it counted   helm test $release --kube-context $context -n $namespace"
  say "  what runs                        kubectl --context $context -n $namespace get pods"
  say "  what the worker says             kubectl --context $context -n $namespace logs -l app.kubernetes.io/component=worker"
  say "Upgrades, backups and what to do when something is wrong: k8s/DEPLOYMENT.md"
}

# service_of COMPONENT: the name of its Service.
service_of() {
  in_cluster get service --output 'jsonpath={.items[0].metadata.name}' \
    --selector "app.kubernetes.io/instance=$release,app.kubernetes.io/component=$1"
}
