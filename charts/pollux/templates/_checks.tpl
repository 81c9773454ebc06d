{{/* What the schema can't say: settings that do not fit each other end the rendering with what to do. */}}

{{- define "pollux.checks" -}}
{{- include "pollux.renamedValues" . -}}
{{- $redis := .Values.redis -}}
{{- $postgres := .Values.postgres -}}
{{- if and (not $redis.enabled) (not $redis.url) (not $redis.urlKey) -}}
{{- fail "redis.enabled is false: set redis.url (and redis.existingSecret for its password), or redis.existingSecret and redis.urlKey." -}}
{{- end -}}
{{- if and $redis.urlKey (not $redis.existingSecret) -}}
{{- fail "redis.urlKey names a key of redis.existingSecret, which is not set." -}}
{{- end -}}
{{- if not $postgres.enabled -}}
{{- if not $postgres.existingSecret -}}
{{- fail "postgres.enabled is false: postgres.existingSecret must name the Secret with the passwords (or URLs) of the database." -}}
{{- end -}}
{{- if not (or $postgres.url $postgres.urlKey) -}}
{{- fail "postgres.enabled is false: set postgres.url or postgres.urlKey." -}}
{{- end -}}
{{- if not (or $postgres.resultUrl $postgres.resultUrlKey) -}}
{{- fail "postgres.enabled is false: set postgres.resultUrl or postgres.resultUrlKey." -}}
{{- end -}}
{{- end -}}
{{- range $name, $url := dict "redis.url" $redis.url "postgres.url" $postgres.url "postgres.resultUrl" $postgres.resultUrl "postgres.adminUrl" $postgres.adminUrl -}}
{{- if regexMatch "^[a-z]+://[^/@]*:[^/@]*@" $url -}}
{{- fail (printf "%s contains a password, which everyone who can read pods would see. Put the password into the existingSecret." $name) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.gateway.enabled (not .Values.gateway.parentRefs) -}}
{{- fail "gateway.enabled is true: name the Gateway in gateway.parentRefs." -}}
{{- end -}}
{{- if and (or .Values.ingress.enabled .Values.gateway.enabled) (not (and .Values.publicUrl .Values.publicResultUrl)) -}}
{{- fail "Ingress and HTTPRoute take their hosts from publicUrl and publicResultUrl: set both." -}}
{{- end -}}
{{- if and .Values.monitoring.probe.prober (not (and .Values.publicUrl .Values.publicResultUrl)) -}}
{{- fail "monitoring.probe requests publicUrl and publicResultUrl: set both." -}}
{{- end -}}
{{- if and .Values.publicUrl (eq .Values.publicUrl .Values.publicResultUrl) -}}
{{- fail "publicUrl and publicResultUrl are the same: give the pages different hosts or different paths." -}}
{{- end -}}
{{- if and .Values.admin.enabled .Values.admin.ingress.enabled -}}
{{- if not .Values.admin.publicUrl -}}
{{- fail "admin.ingress.enabled is true: set admin.publicUrl, from which its host follows." -}}
{{- end -}}
{{- if has .Values.admin.publicUrl (list .Values.publicUrl .Values.publicResultUrl) -}}
{{- fail "admin.publicUrl is the address of another page: give it another host or another path." -}}
{{- end -}}
{{- end -}}
{{- $keda := .Values.worker.autoscaling.keda.enabled -}}
{{- if and $keda .Values.worker.autoscaling.enabled -}}
{{- fail "worker.autoscaling.enabled and worker.autoscaling.keda.enabled exclude each other: set one of them." -}}
{{- end -}}
{{- if and $keda (not $redis.enabled) (not $redis.url) -}}
{{- fail "worker.autoscaling.keda needs redis.url, which cannot be read from a Secret." -}}
{{- end -}}
{{- range $component := list "vote" "result" "worker" -}}
{{- $autoscaling := (get $.Values $component).autoscaling -}}
{{- if gt (int $autoscaling.minReplicas) (int $autoscaling.maxReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas is more than its maxReplicas." $component) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Former names of values. The schema admits them, because its own message would not name the new ones. */}}
{{- define "pollux.renamedValues" -}}
{{- $renamed := dict "interval" "monitoring.serviceMonitor.interval"
      "labels" "monitoring.serviceMonitor.labels (and monitoring.rules.labels for the alerts)" -}}
{{- range $old, $new := $renamed -}}
{{- if hasKey $.Values.monitoring $old -}}
{{- fail (printf "monitoring.%s was renamed: use %s. If your values do not contain it, it comes from the previous revision: upgrade with --reset-then-reuse-values instead of --reuse-values." $old $new) -}}
{{- end -}}
{{- end -}}
{{- end -}}
