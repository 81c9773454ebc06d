# file: templates/networkpolicies.yaml
# check: network
# fails: as [a-z]*: cannot reach .*
# fails: as vote, in another namespace: cannot reach .*
# fails: a pod .*: cannot reach .*
s/^{{- if .Values.networkPolicy.enabled }}/{{- if false }}/
