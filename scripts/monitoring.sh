# shellcheck shell=bash
# Writes the dashboards, alerts and recording rules from deploy/monitoring into the chart, which also has them for Compose.

monitoring_files=charts/pollux/files/monitoring

monitoring_generator() { /usr/bin/python3 -B deploy/monitoring/generate.py "$@"; }

monitoring_command() {
  install_for monitoring
  monitoring_generator write "$monitoring_files"
}

# A check of ./dev lint.
check_monitoring() { monitoring_generator check "$monitoring_files"; }
