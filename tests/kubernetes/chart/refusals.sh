# shellcheck shell=bash disable=SC2154
# Invalid values: each is rejected with a message that explains it.

# refused MESSAGE VALUES…: rendering with the values fails with the message.
refused() {
  local message=$1 output
  shift
  if output=$("$helm" template pollux charts/pollux "$@" 2>&1 >/dev/null); then refuse "it was accepted" || return 1; fi
  grep -qF -- "$message" <<<"$output" || refuse "it says: $output"
}

check_refusals() {
  local database=(--set 'postgres.enabled=false,postgres.existingSecret=db')
  attempt "a misspelt value" refused "additional properties 'replica' not allowed" --set vote.replica=3
  attempt "a misspelt component" refused "additional properties 'votes' not allowed" --set votes.replicas=3
  attempt "a number that is none" refused "/vote/replicas" --set vote.replicas=many
  attempt "more drain than the programs take" refused "/vote/drainTimeSeconds" --set vote.drainTimeSeconds=601
  attempt "one option alone" refused "/options" --set 'options={Tea}'
  attempt "27 options" refused "/options" --set-json "options=[$(seq -s, 27 | sed 's/[0-9]*/"&"/g')]"
  attempt "the same option twice" refused "/options" --set 'options={Tea,Tea}'
  attempt "a run that is none" refused "/run" --set run=0
  attempt "an address that is none" refused "/publicUrl" --set publicUrl=vote.local
  attempt "a digest that is none" refused "/vote/image/digest" --set vote.image.digest=sha256:123
  attempt "a pull policy that is none" refused "/redis/image/pullPolicy" --set redis.image.pullPolicy=Sometimes
  attempt "limits that are missing" refused "/worker/resources" --set worker.resources.limits=null
  attempt "an origin with a path" refused "/allowedOrigins/0" --set 'allowedOrigins={https://example.org/page}'
  attempt "a rule for a component that is none" refused "invalid propertyName 'web'" --set-json 'networkPolicy.extraIngress={"web":[]}'
  attempt "a user root" refused "/podSecurity/user" --set podSecurity.user=0
  attempt "Redis neither here nor elsewhere" refused "set redis.url" --set redis.enabled=false
  attempt "a URL in a Secret that is not named" refused "redis.urlKey names a key" --set redis.enabled=false,redis.urlKey=uri
  attempt "a database elsewhere without a Secret" refused "postgres.existingSecret must name" --set postgres.enabled=false
  attempt "a database without an address" refused "set postgres.url or" "${database[@]}"
  attempt "a database that the results don't reach" refused "set postgres.resultUrl or" \
    "${database[@]}" --set postgres.url=postgresql://pollux@db/pollux
  attempt "a password in a URL" refused "postgres.url contains a password" \
    "${database[@]}" --set postgres.url=postgresql://pollux:secret@db/pollux,postgres.resultUrlKey=uri
  attempt "an HTTPRoute without a Gateway" refused "name the Gateway" --set gateway.enabled=true
  attempt "an Ingress without a host" refused "set both" --set publicUrl=
  attempt "two pages at one address" refused "different hosts or different paths" \
    --set publicUrl=http://a.local/,publicResultUrl=http://a.local/
  attempt "two autoscalers for the workers" refused "exclude each other" \
    --set worker.autoscaling.enabled=true,worker.autoscaling.keda.enabled=true
  attempt "more pods at least than at most" refused "more than its maxReplicas" --set vote.autoscaling.minReplicas=20
  attempt "a cluster that is too old" refused "kubeVersion" --kube-version 1.30.0
}
