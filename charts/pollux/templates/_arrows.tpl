{{/* Allowed connections: the NetworkPolicy rules of each component. Ports are those of the containers. */}}

{{- define "pollux.arrows" -}}
vote:
  ingress:
    {{- include "pollux.fromVisitors" (dict "root" . "port" 5000) | nindent 4 }}
    {{- include "pollux.fromComponents" (dict "root" . "port" 5000 "components" (list "seed" "test")) | nindent 4 }}
    {{- include "pollux.fromMonitoring" . | nindent 4 }}
  egress:
    {{- include "pollux.toNames" . | nindent 4 }}
    {{- include "pollux.toRedis" . | nindent 4 }}
    {{- include "pollux.toTraces" . | nindent 4 }}
result:
  ingress:
    {{- include "pollux.fromVisitors" (dict "root" . "port" 8081) | nindent 4 }}
    {{- include "pollux.fromComponents" (dict "root" . "port" 8081 "components" (list "test")) | nindent 4 }}
    {{- include "pollux.fromMonitoring" . | nindent 4 }}
  egress:
    {{- include "pollux.toNames" . | nindent 4 }}
    {{- include "pollux.toPostgres" . | nindent 4 }}
    {{- include "pollux.toTraces" . | nindent 4 }}
{{- if .Values.admin.enabled }}
admin:
  ingress:
    {{- if .Values.admin.ingress.enabled }}
    {{- include "pollux.fromVisitors" (dict "root" . "port" 8082) | nindent 4 }}
    {{- end }}
    {{- include "pollux.fromMonitoring" . | nindent 4 }}
  egress:
    {{- include "pollux.toNames" . | nindent 4 }}
    {{- include "pollux.toRedis" . | nindent 4 }}
    {{- include "pollux.toPostgres" . | nindent 4 }}
    {{- include "pollux.toTraces" . | nindent 4 }}
{{- end }}
worker:
  ingress:
    {{- include "pollux.fromMonitoring" . | nindent 4 }}
  egress:
    {{- include "pollux.toNames" . | nindent 4 }}
    {{- include "pollux.toRedis" . | nindent 4 }}
    {{- include "pollux.toPostgres" . | nindent 4 }}
    {{- include "pollux.toTraces" . | nindent 4 }}
{{- /* Needed without a Job, too: the Job of the next upgrade runs before that upgrade's policies exist. */}}
migration:
  egress:
    {{- include "pollux.toNames" . | nindent 4 }}
    {{- include "pollux.toPostgres" . | nindent 4 }}
{{- if .Values.redis.enabled }}
redis:
  ingress:
    {{- include "pollux.fromComponents" (dict "root" . "port" 6379 "components" (concat (list "vote" "worker") (ternary (list "admin") list .Values.admin.enabled))) | nindent 4 }}
    {{- if .Values.worker.autoscaling.keda.enabled }}
    {{- include "pollux.fromNamespaces" (dict "namespaces" .Values.worker.autoscaling.keda.namespaces "port" 6379) | nindent 4 }}
    {{- end }}
{{- end }}
{{- if .Values.postgres.enabled }}
postgres:
  ingress:
    {{- include "pollux.fromComponents" (dict "root" . "port" 5432 "components" (concat (list "worker" "result" "migration") (ternary (list "admin") list .Values.admin.enabled))) | nindent 4 }}
{{- end }}
seed:
  egress:
    {{- include "pollux.toNames" . | nindent 4 }}
    {{- include "pollux.toComponent" (dict "root" . "component" "vote" "port" 5000) | nindent 4 }}
test:
  egress:
    {{- include "pollux.toNames" . | nindent 4 }}
    {{- include "pollux.toComponent" (dict "root" . "component" "vote" "port" 5000) | nindent 4 }}
    {{- include "pollux.toComponent" (dict "root" . "component" "result" "port" 8081) | nindent 4 }}
{{- end -}}

{{- define "pollux.fromComponents" -}}
- from:
    {{- range .components }}
    - podSelector:
        matchLabels:
          {{- include "pollux.selector" (dict "root" $.root "component" .) | nindent 10 }}
    {{- end }}
  ports: [{protocol: TCP, port: {{ .port }}}]
{{- end -}}

{{- define "pollux.fromNamespaces" -}}
- from:
    {{- range .namespaces }}
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ . }}
    {{- end }}
    {{- range .cidrs }}
    - ipBlock: {cidr: {{ . | quote }}}
    {{- end }}
  ports: [{protocol: TCP, port: {{ .port }}}]
{{- end -}}

{{/* From visitors: the pods of the ingress controller, or the addresses of the load balancer. */}}
{{- define "pollux.fromVisitors" -}}
{{- $visitors := .root.Values.networkPolicy.visitors }}
{{- if or $visitors.namespaces $visitors.cidrs }}
{{ include "pollux.fromNamespaces" (dict "namespaces" $visitors.namespaces "cidrs" $visitors.cidrs "port" .port) }}
{{- end }}
{{- end -}}

{{- define "pollux.fromMonitoring" -}}
{{- with .Values.networkPolicy.monitoring.namespaces }}
{{ include "pollux.fromNamespaces" (dict "namespaces" . "port" 9090) }}
{{- end }}
{{- end -}}

{{- define "pollux.toNames" -}}
- to:
    {{- toYaml .Values.networkPolicy.dns.to | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.dns.ports }}
    - {protocol: UDP, port: {{ . }}}
    - {protocol: TCP, port: {{ . }}}
    {{- end }}
{{- end -}}

{{- define "pollux.toComponent" -}}
- to:
    - podSelector:
        matchLabels:
          {{- include "pollux.selector" . | nindent 10 }}
  ports: [{protocol: TCP, port: {{ .port }}}]
{{- end -}}

{{/* To external servers: any address on their port, unless the values restrict it. */}}
{{- define "pollux.toServer" -}}
- ports: [{protocol: TCP, port: {{ .port }}}]
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "pollux.toRedis" -}}
{{- if .Values.redis.enabled -}}
{{ include "pollux.toComponent" (dict "root" . "component" "redis" "port" 6379) }}
{{- else -}}
{{ include "pollux.toServer" .Values.networkPolicy.redis }}
{{- end -}}
{{- end -}}

{{- define "pollux.toPostgres" -}}
{{- if .Values.postgres.enabled -}}
{{ include "pollux.toComponent" (dict "root" . "component" "postgres" "port" 5432) }}
{{- else -}}
{{ include "pollux.toServer" .Values.networkPolicy.postgres }}
{{- end -}}
{{- end -}}

{{- define "pollux.toTraces" -}}
{{- with .Values.tracing.endpoint }}
{{- $port := regexFind ":[0-9]+$" (urlParse .).host | trimPrefix ":" | default "80" }}
{{ include "pollux.toServer" (dict "port" $port "to" $.Values.networkPolicy.tracing.to) }}
{{- end }}
{{- end -}}
