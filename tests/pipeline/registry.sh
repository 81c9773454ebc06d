#!/usr/bin/env bash
# ./dev images push and publish, and ./dev chart push, with a registry on this machine: what is pulled by the printed digests is
# what was pushed. Needs a running engine with the image pollux-vote: ./dev engine ./dev images check runs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d)
server=
trap 'if [[ -n $server ]]; then kill "$server" && wait "$server" || true; fi; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

not_ok() {
  echo "not ok: $*"
  exit 1
}
ok() { echo "ok: $*"; }

# start_registry: on a free port; sets `registry`.
start_registry() {
  local port deadline=$((SECONDS + 30))
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  cat >"$work/settings.yml" <<SETTINGS
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $work/storage}}
http: {addr: "127.0.0.1:$port"}
SETTINGS
  docker-registry serve "$work/settings.yml" >"$work/registry.log" 2>&1 &
  server=$!
  registry=localhost:$port/Pollux-Tests
  until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/v2/"; do
    if ! kill -0 "$server" 2>/dev/null || ((SECONDS >= deadline)); then
      cat "$work/registry.log"
      not_ok "the registry does not answer"
    fi
    sleep 0.1
  done
}

# output_of NAME: an output of the last step, as GitHub reads it.
output_of() { sed -n "s/^$1=//p" "$work/outputs"; }

start_registry
arch=$(docker image inspect --format '{{.Architecture}}' pollux-vote)
export GITHUB_OUTPUT=$work/outputs

if ./dev images publish "$registry" v9.8.7 "$arch" vote 2>"$work/error"; then not_ok "an image was published that was not pushed"; fi
ok "only pushed images are published"

./dev images push "$registry" v9.8.7 vote
: >"$work/outputs"
./dev images publish "$registry" v9.8.7 "$arch" vote
[[ $(output_of name) == "${registry,,}/pollux-vote" ]] || not_ok "the output 'name' is $(output_of name)"
pulled=$(output_of name)@$(output_of digest)
docker pull --quiet "$pulled" >/dev/null
[[ $(docker image inspect --format '{{.Id}}' "$pulled") == $(docker image inspect --format '{{.Id}}' pollux-vote) ]] ||
  not_ok "another image is published"
docker run --rm "$pulled" --version >/dev/null || not_ok "the published image does not run"
ok "the published image is the one that was pushed, by its digest"

docker pull --quiet "$(output_of name):9.8.7" >/dev/null || not_ok "the tag is missing"
docker pull --quiet "$(output_of name)@$(output_of "digest_$arch")" >/dev/null || not_ok "the digest of $arch is missing"
ok "tag and digest of the architecture"

if ./dev chart push "$registry" v9.8.7 2>"$work/error"; then not_ok "the chart was pushed with another version than its own"; fi
grep -q "The chart has the version" "$work/error" || not_ok "no reason: $(cat "$work/error")"
version=$(sed -n 's/^version: //p' charts/pollux/Chart.yaml)
: >"$work/outputs"
./dev chart push "$registry" "v$version"
[[ $(output_of digest) == sha256:* ]] || not_ok "the output 'digest' is $(output_of digest)"
name=$(output_of name)
curl --silent --fail --output "$work/manifest" --header 'Accept: application/vnd.oci.image.manifest.v1+json' \
  "http://${name%%/*}/v2/${name#*/}/manifests/$(output_of digest)" || not_ok "the registry has no chart with the printed digest"
grep -q '"application/vnd.cncf.helm.chart' "$work/manifest" || not_ok "it is not a chart: $(cat "$work/manifest")"
ok "the chart, by its digest"
