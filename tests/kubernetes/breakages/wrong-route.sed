# file: templates/ingress.yaml
# check: tls
# fails: the Gateway accepts the HTTPRoute of [a-z]* and finds its Service
s/port: {{ (get $.Values $component).service.port }}/port: 81/
