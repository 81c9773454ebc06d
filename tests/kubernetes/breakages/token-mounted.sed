# file: templates/_pods.tpl
# check: security
# fails: [a-z]*: no ServiceAccount token is mounted
# fails: redis and postgres have no variables of Services and cannot write to their root file system
s/automountServiceAccountToken: false/automountServiceAccountToken: true/
