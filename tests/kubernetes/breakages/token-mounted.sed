# file: templates/_pods.tpl
# check: security
# fails: [a-z]*: no ServiceAccount token is mounted
# fails: redis and postgres see no variables of Services and cannot write to their root
s/automountServiceAccountToken: false/automountServiceAccountToken: true/
