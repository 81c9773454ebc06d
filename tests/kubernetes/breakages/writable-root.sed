# file: templates/_pods.tpl
# check: security
# fails: [a-z]*: its root is read-only, without capabilities and more privileges
# fails: redis and postgres see no variables of Services and cannot write to their root
s/readOnlyRootFilesystem: true/readOnlyRootFilesystem: false/
