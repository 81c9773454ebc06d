# alone
# file: templates/_pods.tpl
# check: install
# fails: helm install, and every pod is ready within .*
# fails: the check could be carried out
s#path: /readyz#path: /nowhere#
