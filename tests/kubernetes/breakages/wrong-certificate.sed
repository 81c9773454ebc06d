# file: templates/ingress.yaml
# check: tls
# fails: Ingress: both pages respond by https, with the certificate of the Secret
s/secretName: .*/secretName: another/
