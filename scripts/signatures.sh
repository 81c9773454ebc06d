# shellcheck shell=bash
# Signs and verifies images and files with cosign.
#
# With COSIGN_KEY (a file or the address of a KMS; its password in COSIGN_PASSWORD) nothing is published. Without a key, the
# workflow's identity signs, which Sigstore's transparency log records.

cosign_program() { command -v cosign || go_program cosign; }

# Sets `signing` to the options of cosign that say who signs.
signing_options() {
  if [[ -n ${COSIGN_KEY:-} ]]; then
    signing=(--key "$COSIGN_KEY" --use-signing-config=false --tlog-upload=false)
  elif [[ -n ${ACTIONS_ID_TOKEN_REQUEST_URL:-} || -n ${SIGSTORE_ID_TOKEN:-} ]]; then
    signing=(--yes)
  else
    fail "There is nothing to sign with: set COSIGN_KEY, or run this in a workflow with the permission id-token: write."
  fi
}

# Sets `trusted` to the options of cosign that say whose signature is expected.
trust_options() {
  local repository=${POLLUX_REPOSITORY:-${GITHUB_REPOSITORY:-${CI_PROJECT_URL:-}}} server
  if [[ -n ${COSIGN_PUBLIC_KEY:-} ]]; then
    trusted=(--key "$COSIGN_PUBLIC_KEY" --insecure-ignore-tlog=true)
    return
  fi
  case $repository in
    '')
      fail "Whose signature is expected? Set COSIGN_PUBLIC_KEY, or POLLUX_REPOSITORY to OWNER/NAME on GitHub or to the" \
        "address of a project on GitLab, for what its release pipeline signed."
      ;;
    https://*/*)
      server=${repository#https://}
      trusted=(--certificate-oidc-issuer "https://${server%%/*}" --certificate-identity-regexp
        "^$repository//\.gitlab-ci\.yml@refs/tags/v")
      ;;
    *)
      trusted=(--certificate-oidc-issuer https://token.actions.githubusercontent.com --certificate-identity-regexp
        "^https://github.com/$repository/\.github/workflows/release\.yml@refs/tags/v")
      ;;
  esac
}

sign_usage="Usage: ./dev sign REFERENCE@DIGEST [--sbom FILE], ./dev sign published DIR, or ./dev sign blob FILE…"

# published_references DIR: NAME@DIGEST of what ./dev images publish and ./dev chart push wrote to DIR/*.digests, one a line.
published_references() {
  local file name digest
  for file in "$1"/*.digests; do
    [[ -r $file ]] || fail "Nothing is published: $1 has no files *.digests."
    name=$(sed -n 's/^name=//p' "$file") digest=$(sed -n 's/^digest=//p' "$file")
    [[ -n $name && $digest == sha256:* ]] || fail "$file has no name or no digest."
    printf '%s@%s\n' "$name" "$digest"
  done
}

# sign_command REFERENCE@DIGEST [--sbom FILE]: signs an image in its registry; --sbom also attaches the signed bill of
# materials. sign_command published DIR: signs all images and the chart that are published. sign_command blob FILE…: writes the
# signature of each file to FILE.sigstore.json.
sign_command() {
  local cosign file reference=${1:-} references signing
  (($# > 0)) || fail "$sign_usage"
  signing_options
  cosign=$(cosign_program) || exit 1
  if [[ $reference == blob ]]; then
    shift
    (($# > 0)) || fail "$sign_usage"
    for file in "$@"; do "$cosign" sign-blob "${signing[@]}" --bundle "$file.sigstore.json" "$file" >/dev/null || exit 1; done
    return
  fi
  if [[ $reference == published ]]; then
    (($# == 2)) || fail "$sign_usage"
    references=$(published_references "$2") || exit 1
    for reference in $references; do "$cosign" sign "${signing[@]}" "$reference" || exit 1; done
    return
  fi
  [[ $reference == *@sha256:* ]] || fail "A tag can be moved, so images are signed by digest. $sign_usage"
  if (($# == 3)) && [[ $2 == --sbom ]]; then
    [[ -r $3 ]] || fail "There is no bill of materials $3: ./dev sbom writes it."
    "$cosign" attest "${signing[@]}" --type spdxjson --predicate "$3" "$reference" || exit 1
  elif (($# != 1)); then
    fail "$sign_usage"
  fi
  "$cosign" sign "${signing[@]}" "$reference"
}

verify_usage="Usage: ./dev verify REFERENCE [--sbom], or ./dev verify blob FILE…"

# verify_command REFERENCE [--sbom]: verifies the signature of an image, and with --sbom prints its signed bill of materials.
# verify_command blob FILE…: verifies FILE by FILE.sigstore.json.
verify_command() {
  local cosign file trusted
  (($# > 0)) || fail "$verify_usage"
  trust_options
  cosign=$(cosign_program) || exit 1
  if [[ $1 == blob ]]; then
    shift
    (($# > 0)) || fail "$verify_usage"
    for file in "$@"; do "$cosign" verify-blob "${trusted[@]}" --bundle "$file.sigstore.json" "$file" || exit 1; done
    return
  fi
  case $#:${2:-} in
    1:) "$cosign" verify "${trusted[@]}" "$1" >/dev/null ;;
    2:--sbom)
      "$cosign" verify-attestation "${trusted[@]}" --type spdxjson "$1" |
        python3 -c 'import base64, json, sys
for line in sys.stdin:
    print(json.dumps(json.loads(base64.b64decode(json.loads(line)["payload"]))["predicate"], indent=1))'
      ;;
    *) fail "$verify_usage" ;;
  esac
}

# signatures_command: signs and verifies an image, its bill of materials and a file in a registry on this machine.
signatures_command() {
  local cosign
  install_for signatures
  cosign=$(cosign_program) || exit 1
  COSIGN=$cosign /usr/bin/python3 -B tests/supply/signatures_test.py
}
