# shellcheck shell=bash disable=SC2016
# The two pages are served, and no other port is open.

shows_page() { ask --fail "$1/" | grep -q "$2" || fail_because "the page has no $2"; }

published() { field "$1" '{{range $port, $at := .HostConfig.PortBindings}}{{range $at}}{{.HostPort}}->{{$port}} {{end}}{{end}}'; }

leads_to_results() {
  local target
  target=$(ask -o /dev/null -w '%{redirect_url}' "$vote_url/results") && equal "$target" "$result_url/"
}

publishes() {
  local ports
  ports=$(published "$1") && equal "${ports% }" "$2"
}

listens_here() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Another program may listen there, but not ours.
is_closed_here() {
  local id
  if ! listens_here "$1"; then return; fi
  id=$(docker ps -q --filter "label=com.docker.compose.project=$project" --filter "publish=$1")
  [[ -z $id ]] || fail_because "it is published"
  echo "something else listens there"
}

usual_ports() {
  local ports
  ports=$(usual_config | sed -nE 's/^ +(- )?published: "?([0-9]+)"?$/\2/p' | sort | paste -sd' ' -)
  equal "$ports" "8080 8081"
}

# published_addresses [ARGUMENT…]: address and port of each published port, one per line.
published_addresses() {
  usual_config "$@" |
    awk '$1 == "-" { address = "" } $1 == "host_ip:" { address = $2 ":" } $1 == "published:" { gsub(/"/, "", $2); print address $2 }' |
    sort
}

# What the profile adds.
monitoring_ports() {
  local ports
  ports=$(comm -13 <(published_addresses) <(published_addresses --profile monitoring) | paste -sd' ' -)
  equal "$ports" "127.0.0.1:16686 127.0.0.1:3000 127.0.0.1:9090 127.0.0.1:9093"
}

# What another profile adds.
admin_ports() { equal "$(comm -13 <(published_addresses) <(published_addresses --profile admin))" 127.0.0.1:8082; }

check_ports() {
  attempt "the vote page answers on port $vote_port" shows_page "$vote_url" 'name="vote"'
  attempt "the vote page leads to the results" leads_to_results
  attempt "the result page answers on port $result_port" shows_page "$result_url" '<title>'
  attempt "vote publishes one port" publishes vote "$vote_port->5000/tcp"
  attempt "result publishes one port" publishes result "$result_port->8081/tcp"
  for service in worker redis db; do attempt "$service publishes no port" publishes "$service" ""; done
  attempt "5432 is closed on this machine" is_closed_here 5432
  attempt "6379 is closed on this machine" is_closed_here 6379
  attempt "without settings 8080 and 8081 are published" usual_ports
  attempt "the admin page is published on 127.0.0.1 only" admin_ports
  attempt "monitoring is published on 127.0.0.1 only" monitoring_ports
}
