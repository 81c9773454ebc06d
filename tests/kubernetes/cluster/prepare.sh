#!/usr/bin/env bash
# prepare.sh DIR: makes the modules that go.mod's replace directives name in DIR/replaced, from what the module proxy
# serves, and the definitions of the Gateway API. Run by scripts/go_programs.sh before it builds; by hand before
# `go mod tidy`: README.md says how.
set -euo pipefail

cd "$1"
export GOFLAGS=
modules=$PWD/replaced
rm -rf "$modules"
mkdir -p "$modules"

# version_of MODULE: the one that go.mod requires.
version_of() { sed -n "s|^\t\(require \)\?$1 \(v[^ ]*\).*|\2|p" go.mod; }

# fetched MODULE VERSION: prints the folder with its sources.
fetched() { (cd / && go mod download -json "$1@$2" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'); }

# copy MODULE VERSION NAME: into replaced/NAME, writable.
copy() {
  local from
  from=$(fetched "$1" "$2")
  [[ -d $from ]] || { echo "$1 $2 could not be fetched"; exit 1; }
  cp -r "$from" "$modules/$3"
  chmod -R u+w "$modules/$3"
  [[ -e $modules/$3/go.mod ]] || printf 'module %s\n\ngo 1.20\n' "$1" >"$modules/$3/go.mod"
}

# Traefik needs a nested module that is not published, ...
mkdir "$modules/traefik-ext"
cp _stand-ins/traefik_ext.go "$modules/traefik-ext/ext.go"
printf 'module github.com/traefik/traefik/dynamic/ext\n\ngo 1.26.0\n' >"$modules/traefik-ext/go.mod"

# ... lego, here without its hundred DNS providers and their dependencies, ...
copy github.com/go-acme/lego/v5 "$(version_of github.com/go-acme/lego/v5)" lego
rm -rf "$modules"/lego/{cmd,e2e,docs,main.go} "$modules/lego/providers/dns"
mkdir "$modules/lego/providers/dns"
cp _stand-ins/lego_dns.go "$modules/lego/providers/dns/dns.go"

# ... and two functions more than the released go-http-auth has.
copy github.com/abbot/go-http-auth v0.4.0 go-http-auth
rm -rf "$modules"/go-http-auth/{examples,*_test.go}
cp _stand-ins/http_auth.go "$modules/go-http-auth/traefik.go"

# kube-network-policies passes packets to its process by the nftables expression `queue`, which some kernels lack; the
# iptables target NFQUEUE does the same everywhere.
copy sigs.k8s.io/kube-network-policies "$(version_of sigs.k8s.io/kube-network-policies)" kube-network-policies
policies=$modules/kube-network-policies/pkg/networkpolicy
cp _stand-ins/network_policy_queue.go "$policies/queue.go"
sed -i -e 's/queue := &expr.Queue{.*/queue := queueTo(c.config.QueueID, c.config.FailOpen)/' \
  -e '/queue := queueTo/,/^\t}$/ { /queueTo/!d }' "$policies/controller.go"
sed -i 's/&expr.Queue{Num: uint16(n.nfQueueID), Flag: expr.QueueFlagBypass}/queueTo(n.nfQueueID, true)/' "$policies/dnsagent.go"
if grep -n 'expr\.Queue' "$policies"/*.go; then echo "kube-network-policies has changed: adapt prepare.sh"; exit 1; fi

gateway_api=$(fetched sigs.k8s.io/gateway-api "$(version_of sigs.k8s.io/gateway-api)")
awk 'FNR == 1 { print "---" } { print }' "$gateway_api"/config/crd/standard/gateway.networking.k8s.io_*.yaml >gateway-api.yaml
