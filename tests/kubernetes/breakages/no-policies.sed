# file: templates/networkpolicies.yaml
# check: network
# fails: as [a-z]*: does not reach .*
# fails: as vote, in another namespace: does not reach .*
# fails: a pod .*: does not reach .*
s/^{{- if .Values.networkPolicy.enabled }}/{{- if false }}/
