# file: templates/_pods.tpl
# check: security
# fails: the whole chart, including seed and migration, is applied without a warning
# fails: helm install gave no warning
# fails: [a-z]*: no container runs as root
s/runAsNonRoot: true/runAsNonRoot: false/
