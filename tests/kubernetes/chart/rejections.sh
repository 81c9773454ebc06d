# shellcheck shell=bash disable=SC2154
# Invalid values: each is rejected with a message that explains it.

# rejected MESSAGE VALUES…: rendering with the values fails with the message.
rejected() {
  local message=$1 output
  shift
  if output=$("$helm" template pollux charts/pollux "$@" 2>&1 >/dev/null); then fail_because "it was accepted" || return 1; fi
  grep -qF -- "$message" <<<"$output" || fail_because "it says: $output"
}

check_rejections() {
  local database=(--set 'postgres.enabled=false,postgres.existingSecret=db')
  attempt "a misspelt value" rejected "additional properties 'replica' not allowed" --set vote.replica=3
  attempt "a misspelt component" rejected "additional properties 'votes' not allowed" --set votes.replicas=3
  attempt "a number that is none" rejected "/vote/replicas" --set vote.replicas=many
  attempt "more drain than the programs take" rejected "/vote/drainTimeSeconds" --set vote.drainTimeSeconds=601
  attempt "one option alone" rejected "/options" --set 'options={Tea}'
  attempt "27 options" rejected "/options" --set-json "options=[$(seq -s, 27 | sed 's/[0-9]*/"&"/g')]"
  attempt "the same option twice" rejected "/options" --set 'options={Tea,Tea}'
  attempt "a run that is none" rejected "/run" --set run=0
  attempt "an address that is none" rejected "/publicUrl" --set publicUrl=vote.local
  attempt "a digest that is none" rejected "/vote/image/digest" --set vote.image.digest=sha256:123
  attempt "a pull policy that is none" rejected "/redis/image/pullPolicy" --set redis.image.pullPolicy=Sometimes
  attempt "limits that are missing" rejected "/worker/resources" --set worker.resources.limits=null
  attempt "an origin with a path" rejected "/allowedOrigins/0" --set 'allowedOrigins={https://example.org/page}'
  attempt "a rule for a component that is none" rejected "invalid propertyName 'web'" --set-json 'networkPolicy.extraIngress={"web":[]}'
  attempt "a user root" rejected "/podSecurity/user" --set podSecurity.user=0
  attempt "Redis neither here nor elsewhere" rejected "set redis.url" --set redis.enabled=false
  attempt "a URL in a Secret that is not named" rejected "redis.urlKey names a key" --set redis.enabled=false,redis.urlKey=uri
  attempt "a database elsewhere without a Secret" rejected "postgres.existingSecret must name" --set postgres.enabled=false
  attempt "a database without an address" rejected "set postgres.url or" "${database[@]}"
  attempt "a database that the results don't reach" rejected "set postgres.resultUrl or" \
    "${database[@]}" --set postgres.url=postgresql://pollux@db/pollux
  attempt "a password in a URL" rejected "postgres.url contains a password" \
    "${database[@]}" --set postgres.url=postgresql://pollux:secret@db/pollux,postgres.resultUrlKey=uri
  attempt "an HTTPRoute without a Gateway" rejected "name the Gateway" --set gateway.enabled=true
  attempt "an Ingress without a host" rejected "set both" --set publicUrl=
  attempt "two pages at one address" rejected "different hosts or different paths" \
    --set publicUrl=http://a.local/,publicResultUrl=http://a.local/
  attempt "an admin page that is published nowhere" rejected "set admin.publicUrl" --set admin.enabled=true,admin.ingress.enabled=true
  attempt "an admin page at the address of another page" rejected "another host or another path" \
    --set admin.enabled=true,admin.ingress.enabled=true,admin.publicUrl=http://vote.local/
  attempt "two autoscalers for the workers" rejected "exclude each other" \
    --set worker.autoscaling.enabled=true,worker.autoscaling.keda.enabled=true
  attempt "more pods at least than at most" rejected "more than its maxReplicas" --set vote.autoscaling.minReplicas=20
  attempt "a scrape interval that is none" rejected "/monitoring/serviceMonitor/interval" --set monitoring.serviceMonitor.interval=often
  attempt "an interval at its former place" rejected "monitoring.interval was renamed: use monitoring.serviceMonitor.interval" \
    --set monitoring.interval=15s
  attempt "labels at their former place" rejected "use monitoring.serviceMonitor.labels (and monitoring.rules.labels" \
    --set monitoring.labels.release=prometheus
  attempt "former values of a previous revision" rejected "--reset-then-reuse-values" --set-json 'monitoring.labels={}'
  attempt "more traces than votes" rejected "/tracing/sampleRatio" --set tracing.sampleRatio=2
  attempt "a collector with TLS, which the programs reject" rejected "/tracing/endpoint" --set tracing.endpoint=https://otlp.example.org
  attempt "a probe of pages without addresses" rejected "monitoring.probe requests publicUrl" \
    --set ingress.enabled=false,publicUrl=,monitoring.probe.prober=blackbox:9115
  attempt "a cluster that is too old" rejected "kubeVersion" --kube-version 1.30.0
}
