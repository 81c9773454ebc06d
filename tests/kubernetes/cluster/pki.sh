#!/usr/bin/env bash
# pki.sh DIR NODE ADDRESS: certificates for a new cluster, and the rights of each at its API server.
set -euo pipefail

mkdir -p "$1"
cd "$1"
node=$2 address=$3
key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc)

# issue NAME SUBJECT [SUBJECT_ALTERNATIVE_NAMES]
issue() {
  openssl req -x509 "${key[@]}" -CA ca.crt -CAkey ca.key -days 365 -subj "$2" -keyout "$1.key" -out "$1.crt" \
    -addext basicConstraints=CA:false -addext keyUsage=critical,digitalSignature,keyEncipherment \
    -addext extendedKeyUsage=serverAuth,clientAuth ${3:+-addext "subjectAltName=$3"} 2>/dev/null
}

# kubeconfig NAME: with the certificate of that name in it.
kubeconfig() {
  cat >"$1.kubeconfig" <<YAML
apiVersion: v1
kind: Config
clusters: [{name: pollux, cluster: {server: "https://$address:6443", certificate-authority-data: $(base64 -w0 ca.crt)}}]
users: [{name: $1, user: {client-certificate-data: $(base64 -w0 "$1.crt"), client-key-data: $(base64 -w0 "$1.key")}}]
contexts: [{name: pollux, context: {cluster: pollux, user: $1}}]
current-context: pollux
YAML
}

openssl req -x509 "${key[@]}" -days 365 -subj /CN=pollux-k8s -keyout ca.key -out ca.crt \
  -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature 2>/dev/null
openssl genrsa -out service-accounts.key 2048 2>/dev/null
openssl rsa -in service-accounts.key -pubout -out service-accounts.pub 2>/dev/null

service=kubernetes.default.svc
issue apiserver /CN=kube-apiserver \
  "DNS:kubernetes,DNS:kubernetes.default,DNS:$service,DNS:$service.cluster.local,IP:10.96.0.1,IP:127.0.0.1,IP:$address"
issue kubelet-server "/CN=$node" "DNS:$node,IP:$address"
issue front-proxy /CN=front-proxy
issue admin /O=system:masters/CN=admin
issue node "/O=system:nodes/CN=system:node:$node"
for name in kube-controller-manager kube-scheduler kube-proxy; do issue "$name" "/CN=system:$name"; done
for name in admin node kube-controller-manager kube-scheduler kube-proxy; do kubeconfig "$name"; done
