# shellcheck shell=bash
# Renders k8s/manifests and the objects of Pollux in k8s/monitoring from charts/pollux and k8s/values-manifests.yaml, for clusters
# without Helm.

manifests_namespace=voting-app

# The files; after a colon the name of the template, if it differs.
manifest_files=(00-namespace 01-secrets 02-configmap 03-postgres 04-redis 05-vote 06-result 07-worker
  08-network-policies:networkpolicies 09-ingress 10-seed)

# In k8s/monitoring, named as their templates.
monitoring_manifests=(servicemonitor prometheusrule dashboards)

# render_manifests DIR: into DIR/manifests and DIR/monitoring.
render_manifests() {
  local dir=$1 entry file template
  mkdir -p "$dir/manifests" "$dir/monitoring"
  for entry in "${manifest_files[@]}"; do
    file=${entry%:*} template=${entry#*:}
    if [[ $template == "$file" ]]; then template=${file#*-}; fi
    render_manifest "$file" "$template" >"$dir/manifests/$file.yaml" || fail "$file.yaml could not be rendered."
  done
  for file in "${monitoring_manifests[@]}"; do
    render_manifest "$file" "$file" --set monitoring.enabled=true >"$dir/monitoring/$file.yaml" ||
      fail "$file.yaml could not be rendered."
  done
}

# render_manifest FILE TEMPLATE [arguments of helm template]
render_manifest() {
  local file=$1 template=$2 helm
  shift 2
  helm=$(go_program helm) || return 1
  manifest_head "$file"
  "$helm" template pollux charts/pollux --namespace "$manifests_namespace" --values k8s/values-manifests.yaml "$@" \
    --show-only "templates/$template.yaml" | without_helm
}

manifest_head() {
  echo "# Written by ./dev manifests from charts/pollux and k8s/values-manifests.yaml: change those."
  case $1 in
    01-secrets)
      echo "#"
      echo "# These Secrets are empty. k8s/make-secrets.sh fills them in the cluster, before or after"
      echo "# kubectl apply -f k8s/manifests; until then pods wait."
      ;;
    10-seed)
      echo "#"
      echo "# This Job is suspended. To cast its votes:"
      echo "#   kubectl -n $manifests_namespace patch job seed -p '{\"spec\":{\"suspend\":false}}'"
      echo "# To cast them again, delete the Job and apply this file."
      ;;
  esac
}

# Removes what only Helm needs, and empty lines.
without_helm() {
  sed -e '/^# Source: /d' -e '/^ *helm\.sh\/chart: /d' -e '/^ *app\.kubernetes\.io\/managed-by: Helm$/d' -e '/^ *$/d'
}

manifests_command() {
  copy_chart_files
  render_manifests k8s
  "$(go_program helm-docs)" --chart-search-root charts --log-level warning
}

# Files that the chart shares with Docker Compose; a chart cannot read files outside of its folder.
chart_copies=(healthchecks/redis.sh:redis-health.sh healthchecks/postgres.sh:postgres-health.sh
  deploy/postgres_roles.sh:postgres-roles.sh)

copy_chart_files() {
  local entry
  for entry in "${chart_copies[@]}"; do cp "${entry%:*}" "charts/pollux/files/${entry#*:}"; done
}

# ./dev chart push REGISTRY TAG: pushes the chart, whose version the tag must name, to REGISTRY/charts. Its name and digest are
# printed and written to build/images/chart.digests; on GitHub, they are outputs of the step, too.
chart_command() {
  local registry version helm output digest folder options=()
  [[ ${1:-} == push && $# == 3 ]] || fail "Usage: ./dev chart push REGISTRY TAG, such as ghcr.io/somebody v0.1.0"
  registry=${2,,}/charts
  version=$(sed -n 's/^version: //p' charts/pollux/Chart.yaml)
  [[ ${3#v} == "$version" ]] || fail "The chart has the version $version, not $3; ./dev release sets it."
  helm=$(go_program helm) || exit 1
  case $registry in localhost[:/]* | 127.0.0.1[:/]*) options=(--plain-http) ;; esac
  folder=$(mktemp -d)
  if ! "$helm" package charts/pollux --destination "$folder" >/dev/null ||
    ! output=$("$helm" push "$folder/pollux-$version.tgz" "oci://$registry" "${options[@]}" 2>&1); then
    rm -rf "$folder"
    fail "The chart could not be pushed to $registry: ${output:-see above}"
  fi
  rm -rf "$folder"
  digest=$(sed -n 's/^Digest: *//p' <<<"$output")
  [[ $digest == sha256:* ]] || fail "helm did not print the digest of the chart: $output"
  mkdir -p build/images
  printf 'name=%s\ndigest=%s\n' "$registry/pollux" "$digest" >build/images/chart.digests
  tee -a "${GITHUB_OUTPUT:-/dev/null}" <build/images/chart.digests
}

# Checks of ./dev lint.

manifests_are_current() {
  local dir file differing=0
  dir=$(mktemp -d)
  render_manifests "$dir" && diff -ru k8s/manifests "$dir/manifests" || differing=1
  for file in "${monitoring_manifests[@]}"; do
    diff -u "k8s/monitoring/$file.yaml" "$dir/monitoring/$file.yaml" || differing=1
  done
  rm -rf "$dir"
  ((differing == 0)) || { echo "k8s/manifests or k8s/monitoring is out of date; run ./dev manifests"; return 1; }
}

chart_readme_is_current() {
  local helm_docs
  helm_docs=$(go_program helm-docs) || return 1
  diff -u charts/pollux/README.md <("$helm_docs" --chart-search-root charts --dry-run --log-level warning) ||
    { echo "charts/pollux/README.md is out of date; run ./dev manifests"; return 1; }
}

chart_copies_are_current() {
  local entry differing=0
  for entry in "${chart_copies[@]}"; do diff -u "${entry%:*}" "charts/pollux/files/${entry#*:}" || differing=1; done
  ((differing == 0)) || { echo "charts/pollux/files is out of date; run ./dev manifests"; return 1; }
}

check_chart() { tests/kubernetes/chart.sh; }
