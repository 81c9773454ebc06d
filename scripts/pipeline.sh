# shellcheck shell=bash
# ./dev pipeline, and the checks of the pipelines by ./dev lint. docs/pipeline.md describes them; scripts/pipeline has the
# reader, the rules and the runner of workflows.

pipeline_help() {
  cat <<'HELP'
Usage: ./dev pipeline COMMAND

  list                   print the workflows and GitLab's pipeline, their jobs and the commands of each job
  check                  check the rules of scripts/pipeline/rules.py, as ./dev lint does
  run WORKFLOW [JOB…]    run the jobs of a workflow, such as ci-cd, and those that they need, all without JOB: each in a clean
                         checkout of the current commit, in the order of the file. What needs GitHub is left out and listed.

  ./dev engine ./dev pipeline run docker-compose-test     all steps with one Docker Engine, if none is running
HELP
}

pipeline_program() { /usr/bin/python3 -B scripts/pipeline/main.py "$root" "$@"; }

pipeline_command() {
  case ${1:-help} in
    help | -h | --help) pipeline_help ;;
    list | check | run)
      install_for monitoring
      pipeline_program "$@"
      ;;
    *) fail "Unknown command '$1'; ./dev pipeline lists the commands." ;;
  esac
}

# pipeline_tools: prints the folder of the linters from PyPI, so that every machine uses the same versions.
pipeline_tools() {
  local requirements=$root/tests/pipeline/requirements.txt folder
  folder=${XDG_CACHE_HOME:-$HOME/.cache}/pollux/pipeline-$(sha256sum "$requirements" | cut -c1-16)
  if [[ ! -e $folder/complete ]]; then
    quietly pipeline-tools /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
      --no-deps --no-compile --upgrade --target "$folder" --requirement "$requirements"
    touch "$folder/complete"
  fi
  printf '%s\n' "$folder"
}

# pipeline_module NAME ARGUMENT…: runs one of them that is a Python module.
pipeline_module() {
  local tools module=$1
  shift
  tools=$(pipeline_tools) || return 1
  PYTHONPATH=$tools /usr/bin/python3 -m "$module" "$@"
}

# silently COMMAND…: prints the output only if the command fails.
silently() {
  local output
  output=$("$@" 2>&1) || { printf '%s\n' "$output"; return 1; }
}

# Checks of ./dev lint; tests/pipeline runs them in copies of the files. Each checks the files in the current folder.

check_pipeline() { /usr/bin/python3 -B "$root/scripts/pipeline/main.py" . check; }

# Also shellcheck of all steps.
check_actionlint() {
  local actionlint
  actionlint=$(go_program actionlint) || return 1
  "$actionlint" -no-color -oneline .github/workflows/*.yml
}

check_zizmor() {
  local tools
  tools=$(pipeline_tools) || return 1
  silently "$tools/bin/zizmor" --offline --no-progress --quiet --persona pedantic --color never .github
}

# schema_check SCHEMA FILE…: those of the files that exist.
schema_check() {
  local schema=$1 file files=()
  shift
  for file in "$@"; do if [[ -e $file ]]; then files+=("$file"); fi; done
  if ((${#files[@]} == 0)); then return; fi
  case $schema in gitlab-ci) set -- --data-transform gitlab-ci ;; *) set -- ;; esac
  silently pipeline_module check_jsonschema "$@" --builtin-schema "vendor.$schema" --color never "${files[@]}"
}

check_schemas() {
  local failed=0
  schema_check github-workflows .github/workflows/*.yml || failed=1
  schema_check dependabot .github/dependabot.yml || failed=1
  schema_check github-issue-config .github/ISSUE_TEMPLATE/config.yml || failed=1
  schema_check github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml || failed=1
  schema_check gitlab-ci .gitlab-ci.yml || failed=1
  schema_check compose-spec docker-compose.yml || failed=1
  schema_check citation-file-format CITATION.cff || failed=1
  ((failed == 0))
}

check_yamllint() {
  pipeline_module yamllint --strict --format parsable --config-file "$root/tests/pipeline/yamllint.yml" .github .gitlab-ci.yml \
    docker-compose.yml deploy/monitoring tests/containers k8s/values-manifests.yaml k8s/traefik-values.yaml
}
