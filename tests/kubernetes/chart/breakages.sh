# shellcheck shell=bash disable=SC2154,SC2016
# Templates broken on purpose, in a copy: the checks of the chart must fail.

# broken FILE EXPRESSION: copies the chart and changes the file with sed -E.
broken() {
  test_copy "$work/broken"
  sed -E -i "$2" "$work/broken/charts/pollux/templates/$1"
  ! cmp -s "charts/pollux/templates/$1" "$work/broken/charts/pollux/templates/$1" || fail_because "the breakage changes nothing: fix it"
}

unit_tests_notice() {
  local output
  broken "$@" || return 1
  if output=$(unit_tests "$work/broken"); then fail_because "the unit tests still pass" || return 1; fi
  grep -q ' fail$' <<<"$output" || fail_because "the unit tests end otherwise: $(head -n 8 <<<"$output")"
}

schemas_notice() {
  broken "$@" || return 1
  "$helm" template pollux "$work/broken/charts/pollux" >"$work/broken.yaml" || fail_because "it does not render" || return 1
  if conform "$work/broken.yaml" >/dev/null; then fail_because "kubeconform finds no fault"; fi
}

check_breakages() {
  attempt "a token is mounted" unit_tests_notice _pods.tpl 's/(automountServiceAccountToken:) false/\1 true/'
  attempt "variables of Services" unit_tests_notice _pods.tpl 's/(enableServiceLinks:) false/\1 true/'
  attempt "a user root" unit_tests_notice _pods.tpl 's/runAsUser: .*/runAsUser: 0/'
  attempt "a root that can be written" unit_tests_notice _pods.tpl 's/(readOnlyRootFilesystem:) true/\1 false/'
  attempt "the wrong probe" unit_tests_notice _pods.tpl 's/livez/healthz/'
  attempt "a grace period that forgets the drain" unit_tests_notice _pods.tpl 's/(terminationGracePeriodSeconds:).*/\1 30/'
  attempt "PostgreSQL as the first process" unit_tests_notice postgres.yaml '/shareProcessNamespace/d'
  attempt "no default deny" unit_tests_notice networkpolicies.yaml 's/policyTypes: \[Ingress, Egress\]/policyTypes: [Ingress]/'
  attempt "a way from the results to Redis" unit_tests_notice _arrows.tpl '/^result:/,/^worker:/ s/toPostgres/toRedis/'
  attempt "the owner's password for the results" unit_tests_notice _connections.tpl 's/\$postgres\.resultPasswordKey/$postgres.passwordKey/'
  attempt "the owner's role for the admin page" unit_tests_notice admin.yaml 's/"role" "admin"/"role" "owner"/'
  attempt "passwords that every upgrade changes" unit_tests_notice _secrets.tpl 's/\(get \$found \$key \| default \(\$fresh \| b64enc\)\)/($fresh | b64enc)/'
  attempt "a ServiceMonitor for a port that no Service has" unit_tests_notice servicemonitor.yaml 's/- port: management/- port: metrics/'
  attempt "targets without their component" unit_tests_notice servicemonitor.yaml 's/targetLabel: component/targetLabel: part/'
  attempt "a field that the API does not know" schemas_notice vote.yaml '1s/^/{{- $_ := set .Values.vote.resources "request" dict }}/'
  attempt "a number where a text belongs" schemas_notice _poll.tpl 's/(POLLUX_RUN:).*/\1 {{ .Values.run }}/'
}
