# file: templates/_pods.tpl
# check: security
# fails: [a-z]*: its root file system is read-only, and it has no capabilities or other privileges
# fails: redis and postgres have no variables of Services and cannot write to their root file system
s/readOnlyRootFilesystem: true/readOnlyRootFilesystem: false/
