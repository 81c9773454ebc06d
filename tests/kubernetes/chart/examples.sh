# shellcheck shell=bash disable=SC2154
# The examples in YAML of SECRETS-MANAGEMENT.md and k8s/DEPLOYMENT.md.

examples() { /usr/bin/python3 -B tests/kubernetes/chart/examples.py "$@"; }

# Each example is complete by itself.
renders_values() {
  "$helm" template pollux charts/pollux --values "$1" >"$work/example.yaml" && conform "$work/example.yaml"
}

# With exactly the Secrets of the examples: the chart makes none.
has_the_keys() {
  local values
  values=$(grep -l existingSecret "$work"/values/*.yaml | head -n 1)
  "$helm" template pollux charts/pollux --values "$values" --set secrets.generate=false >"$work/with-secrets.yaml" || return 1
  examples keys "$work/with-secrets.yaml"
}

check_examples() {
  local file
  for file in $(examples objects "$work/objects"); do
    attempt "${file##*/}: the API's schemas hold" conform "$file"
  done
  for file in $(examples values "$work/values"); do
    attempt "${file##*/}: the chart accepts these values" renders_values "$file"
  done
  attempt "the Secrets of the examples have the keys that the pods read" has_the_keys
}
