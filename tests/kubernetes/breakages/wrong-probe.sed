# alone
# file: templates/_pods.tpl
# check: install
# fails: helm install, and every pod is ready within .*
s#path: /readyz#path: /nowhere#
