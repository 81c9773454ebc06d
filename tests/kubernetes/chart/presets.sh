# shellcheck shell=bash disable=SC2154
# What each preset renders, validated by Helm and by the schemas of the API.

# The schemas of Kubernetes, in the version of the tests' cluster.
kubernetes_module() {
  local version
  version=$(sed -n 's/^.*k8s\.io\/kubernetes \(v[0-9.]*\).*$/\1/p' tests/kubernetes/cluster/go.mod 2>/dev/null | head -n 1)
  echo "k8s.io/kubernetes@${version:-v1.37.2}"
}

# make_schemas DIR
make_schemas() {
  local schemas kubernetes gateway scaler operator external sealed
  schemas=$(go_program schemas) || exit 1
  mkdir -p "$1"
  (
    go_toolchain tests/kubernetes/tools/go.mod
    kubernetes=$(go_module_dir "$(kubernetes_module)") && gateway=$(go_module_files gateway-api) &&
      scaler=$(go_module_files keda) && operator=$(go_module_files prometheus-operator) &&
      external=$(go_module_files external-secrets) && sealed=$(go_module_files sealed-secrets) &&
      "$schemas" "$1" "$kubernetes/api/openapi-spec/swagger.json" \
        "$gateway"/config/crd/experimental/gateway.networking.k8s.io_httproutes.yaml \
        "$scaler"/config/crd/bases/keda.sh_{scaledobjects,triggerauthentications}.yaml \
        "$operator"/example/prometheus-operator-crd/monitoring.coreos.com_{servicemonitors,prometheusrules,probes}.yaml \
        "$external"/config/crds/bases/external-secrets.io_{externalsecrets,secretstores}.yaml \
        "$sealed"/helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml
  ) || fail "The schemas for kubeconform could not be made."
}

# Cloud-specific kinds, whose schemas are not available as Go modules.
cloud_kinds=HealthCheckPolicy,GCPBackendPolicy,RoutePolicy

conform() {
  "$kubeconform" -strict -summary -skip "$cloud_kinds" \
    -schema-location "$work/schemas/{{.ResourceKind}}{{.KindSuffix}}.json" "$@"
}

# Everything that is off by default.
everything=(--set 'seed.enabled=true,migration.enabled=true,priorityClasses.create=true,podSecurity.createNamespace=true'
  --set 'monitoring.enabled=true,monitoring.namespace=monitoring,monitoring.probe.prober=blackbox.monitoring:9115'
  --set 'tracing.endpoint=http://tempo.monitoring:4318,tracing.sampleRatio=0.1,worker.autoscaling.keda.enabled=true,vote.autoscaling.enabled=true'
  --set 'gateway.enabled=true,gateway.parentRefs[0].name=public,gateway.resultSessionPersistence.type=Cookie'
  --set 'admin.enabled=true,admin.replicas=2,admin.existingSecret=admin,admin.publicUrl=https://admin.example.org/,admin.ingress.enabled=true'
  --set 'question=Where?,options={Here,There},plainNames=true')

# with_preset NAME COMMAND…: runs the command with the preset's values.
with_preset() {
  local preset=$1 production=(--values charts/pollux/values-production.yaml)
  shift
  case $preset in
    default) "$@" ;;
    everything) "$@" "${everything[@]}" ;;
    manifests) "$@" --values k8s/values-manifests.yaml ;;
    eks | gke | aks) "$@" "${production[@]}" --values "charts/pollux/values-$preset.yaml" ;;
    *) "$@" --values "charts/pollux/values-$preset.yaml" ;;
  esac
}

lint_finds_nothing() {
  local output
  output=$(with_preset "$2" "$1" lint charts/pollux --strict 2>&1) || fail_because "$output" || return 1
  if grep -qE 'WARN|ERROR' <<<"$output"; then fail_because "$output"; fi
}

renders_and_conforms() {
  with_preset "$1" "$helm" template pollux charts/pollux --namespace votes >"$work/$1.yaml" || return 1
  conform "$work/$1.yaml"
}

# Without generated passwords, which differ between renderings.
rendered_by() {
  with_preset "$2" "$1" template pollux charts/pollux --namespace votes --set secrets.generate=false |
    grep -v -e '^# Source' -e '^ *$'
}

both_render_alike() {
  rendered_by "$helm" "$1" >"$work/helm4.yaml" && rendered_by "$helm3" "$1" >"$work/helm3.yaml" || return 1
  diff <(documents_sorted "$work/helm4.yaml") <(documents_sorted "$work/helm3.yaml") >"$work/difference" ||
    fail_because "$(head -n 20 "$work/difference")"
}

# The two order objects of unknown kinds differently.
documents_sorted() { awk 'BEGIN { RS = "---\n" } { gsub(/\n/, "\t"); print }' "$1" | sort; }

check_presets() {
  local preset
  for preset in default everything dev production eks gke aks manifests; do
    attempt "$preset: helm 4 finds no fault" lint_finds_nothing "$helm" "$preset"
    attempt "$preset: helm 3 finds no fault" lint_finds_nothing "$helm3" "$preset"
    attempt "$preset: the API's schemas hold" renders_and_conforms "$preset"
    attempt "$preset: helm 3 renders the same" both_render_alike "$preset"
  done
}
