# file: templates/_pods.tpl
# check: security
# fails: [a-z]*: it has no environment variables of Services
# fails: redis and postgres have no variables of Services and cannot write to their root file system
s/enableServiceLinks: false/enableServiceLinks: true/
