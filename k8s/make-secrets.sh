#!/usr/bin/env bash
# Generates random passwords for the Secrets of k8s/manifests in the cluster; existing ones are kept.
#
#   k8s/make-secrets.sh [--context NAME] [--namespace NAME]
#
# Can be run before or after `kubectl apply -f k8s/manifests`, and repeated. Pods that wait for a password start
# automatically.
set -euo pipefail

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

namespace=voting-app kubectl=(kubectl)
while (($#)); do
  case $1 in
    --context | --namespace)
      (($# > 1)) || fail "$1 takes a name."
      if [[ $1 == --namespace ]]; then namespace=$2; else kubectl+=(--context "$2"); fi
      shift 2
      ;;
    *) fail "Usage: k8s/make-secrets.sh [--context NAME] [--namespace NAME]" ;;
  esac
done
command -v kubectl >/dev/null || fail "This needs kubectl, which is not installed."
kubectl+=(--namespace "$namespace")

random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# fill SECRET KEY BYTES: sets the key to this many random bytes in hexadecimal, unless it exists. No secret is in an argument.
fill() {
  local secret=$1 key=$2 bytes=$3 there
  if ! "${kubectl[@]}" get secret "$secret" >/dev/null 2>&1; then
    printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: %s}\n' "$secret" | "${kubectl[@]}" apply -f - >/dev/null ||
      fail "The Secret $secret can't be created: is there a namespace $namespace? kubectl apply -f k8s/manifests/00-namespace.yaml creates it."
  fi
  there=$("${kubectl[@]}" get secret "$secret" -o "go-template={{if .data}}{{if index .data \"$key\"}}yes{{end}}{{end}}")
  if [[ $there == yes ]]; then
    echo "secret/$secret: $key is there"
    return
  fi
  printf '{"stringData":{"%s":"%s"}}' "$key" "$(random_hex "$bytes")" |
    "${kubectl[@]}" patch secret "$secret" --patch-file /dev/stdin >/dev/null
  echo "secret/$secret: $key made"
}

fill redis redis-password 24
fill postgres postgres-password 24
# Before the keys that PostgreSQL waits for at its start, because it starts without this one.
fill postgres admin-role-password 24
fill postgres result-password 24
fill vote voter-key 32
