# alone
# file: templates/servicemonitor.yaml
# check: monitoring
# fails: the ServiceMonitors select the management port of all .*
s/- port: management/- port: metrics/
