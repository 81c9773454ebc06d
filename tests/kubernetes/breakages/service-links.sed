# file: templates/_pods.tpl
# check: security
# fails: [a-z]*: Services put nothing into its environment
# fails: redis and postgres see no variables of Services and cannot write to their root
s/enableServiceLinks: false/enableServiceLinks: true/
