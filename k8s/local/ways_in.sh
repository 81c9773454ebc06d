# shellcheck shell=bash
# Makes the pages of a local cluster reachable from this machine: Traefik on the node's ports 80 and 443, and host names.

traefik_chart=oci://ghcr.io/traefik/helm/traefik
traefik_version=41.3.0
local_names="vote.local result.local"
hosts_file=${POLLUX_HOSTS_FILE:-/etc/hosts}

# install_traefik CONTEXT
install_traefik() {
  local listed
  listed=$(helm list --kube-context "$1" --namespace traefik --deployed --filter '^traefik$')
  if [[ $listed == *"traefik-$traefik_version"* ]]; then
    say "    Traefik (chart $traefik_version) is installed already"
    return
  fi
  helm upgrade --install traefik "$traefik_chart" --version "$traefik_version" --kube-context "$1" \
    --namespace traefik --create-namespace --values k8s/traefik-values.yaml --wait --timeout 5m >&2 ||
    fail "Traefik could not be installed; see kubectl --context $1 -n traefik get pods,events"
}

hosts_line() { echo "$1 $local_names"; }

# names_lead_to ADDRESS: succeeds if the hosts file maps both names to this address.
names_lead_to() {
  local name
  for name in $local_names; do
    awk -v address="$1" -v name="$name" '
      { sub(/#.*/, ""); for (i = 2; i <= NF; ++i) if ($i == name) { found = ($1 == address); exit } }
      END { exit !found }' "$hosts_file" || return 1
  done
}

# names_of_others: prints lines with our names that this script did not write.
names_of_others() { grep -nE '^[^#]*[[:space:]](vote|result)\.local([[:space:]]|$)' "$hosts_file" | grep -v '# pollux$'; }

# write_hosts ADDRESS: writes our line, replacing a previous one.
write_hosts() {
  local others content writer=(tee)
  if others=$(names_of_others); then
    fail "$hosts_file already has other lines for these names; remove them, then run this again:"$'\n'"$others"
  fi
  content=$(grep -v '# pollux$' "$hosts_file"; echo "$(hosts_line "$1")  # pollux")
  if [[ ! -w $hosts_file ]]; then
    command -v sudo >/dev/null || fail "Writing $hosts_file needs root, and sudo is not installed."
    say "    writing $hosts_file by sudo, which may ask for your password"
    writer=(sudo tee)
  fi
  printf '%s\n' "$content" | "${writer[@]}" "$hosts_file" >/dev/null
}

# lead_names_to ADDRESS yes|no: writes the line if yes, otherwise prints it. The hosts file is never changed without a request.
lead_names_to() {
  if names_lead_to "$1"; then
    say "    $hosts_file leads $local_names to $1"
  elif [[ $2 == yes ]]; then
    write_hosts "$1"
    say "    $hosts_file now has: $(hosts_line "$1")"
  else
    say "    Add this line to $hosts_file, or run this script again with --hosts, which does it:"
    say
    say "        $(hosts_line "$1")"
    say
  fi
}
