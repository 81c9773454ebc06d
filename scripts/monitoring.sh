# shellcheck shell=bash
# Writes the dashboards, alerts and recording rules from deploy/monitoring into the chart, which also has them for Compose.

monitoring_files=charts/pollux/files/monitoring

monitoring_generator() { /usr/bin/python3 -B deploy/monitoring/generate.py "$@"; }

monitoring_command() {
  install_for monitoring
  monitoring_generator write "$monitoring_files"
  say "k8s/monitoring has copies of them: run ./dev manifests."
}

# Checks of ./dev lint.

check_monitoring() { monitoring_generator check "$monitoring_files"; }

check_dashboards() {
  local grafana_schema
  grafana_schema=$(go_program grafana-schema) || return 1
  "$grafana_schema" "$monitoring_files"/dashboards/*.json >/dev/null
}
