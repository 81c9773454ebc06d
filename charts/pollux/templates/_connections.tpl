{{/*
Connections to Redis and PostgreSQL: variables, and files in /run/secrets/pollux for secrets. No password is in a variable, a
URL or an argument.
*/}}

{{- define "pollux.fileFromSecret" -}}
- secret:
    name: {{ .secret }}
    items:
      - key: {{ .key }}
        path: {{ .path }}
{{ end -}}

{{- define "pollux.redisEnv" -}}
{{- $redis := .Values.redis -}}
{{- if $redis.enabled }}
- name: REDIS_URL
  value: redis://{{ include "pollux.name" (dict "root" . "component" "redis") }}:6379/0
{{- else if $redis.urlKey }}
- name: REDIS_URL_FILE
  value: /run/secrets/pollux/redis-url
{{- else }}
- name: REDIS_URL
  value: {{ $redis.url | quote }}
{{- end }}
{{- if include "pollux.redisHasPassword" . }}
- name: REDIS_PASSWORD_FILE
  value: /run/secrets/pollux/redis-password
{{- end }}
{{- with $redis.tls.secret }}
- name: POLLUX_REDIS_CA_FILE
  value: /run/secrets/pollux/redis-ca.crt
{{- if $redis.tls.certificateKey }}
- name: POLLUX_REDIS_CERTIFICATE_FILE
  value: /run/secrets/pollux/redis-tls.crt
- name: POLLUX_REDIS_KEY_FILE
  value: /run/secrets/pollux/redis-tls.key
{{- end }}
{{- end }}
{{- with $redis.tls.serverName }}
- name: POLLUX_REDIS_SERVER_NAME
  value: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "pollux.redisHasPassword" -}}
{{- if or .Values.redis.enabled (and .Values.redis.existingSecret (not .Values.redis.urlKey)) }}yes{{ end -}}
{{- end -}}

{{- define "pollux.redisFiles" -}}
{{- $redis := .Values.redis -}}
{{- $secret := include "pollux.secretName" (dict "root" . "component" "redis" "existing" $redis.existingSecret) -}}
{{- if include "pollux.redisHasPassword" . }}
{{ include "pollux.fileFromSecret" (dict "secret" $secret "key" $redis.passwordKey "path" "redis-password") }}
{{- end }}
{{- if and (not $redis.enabled) $redis.urlKey }}
{{ include "pollux.fileFromSecret" (dict "secret" $secret "key" $redis.urlKey "path" "redis-url") }}
{{- end }}
{{- with $redis.tls.secret }}
{{ include "pollux.fileFromSecret" (dict "secret" . "key" $redis.tls.caKey "path" "redis-ca.crt") }}
{{- if $redis.tls.certificateKey }}
{{ include "pollux.fileFromSecret" (dict "secret" . "key" $redis.tls.certificateKey "path" "redis-tls.crt") }}
{{ include "pollux.fileFromSecret" (dict "secret" . "key" $redis.tls.privateKeyKey "path" "redis-tls.key") }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
(dict "root" $ "role" "owner"|"result"|"admin"): the worker's role owns the database, the result service's reads tallies, that
of the admin service changes polls and accounts. An external database without the latter is used as its owner.
*/}}
{{- define "pollux.database" -}}
{{- $postgres := .root.Values.postgres -}}
{{- $secret := include "pollux.secretName" (dict "root" .root "component" "postgres" "existing" $postgres.existingSecret) -}}
{{- $user := $postgres.owner -}}
{{- $database := dict "secret" $secret "passwordKey" $postgres.passwordKey "url" $postgres.url "urlKey" $postgres.urlKey -}}
{{- if eq .role "result" -}}
{{- $user = "pollux_result" -}}
{{- $database = dict "secret" ($postgres.resultExistingSecret | default $secret) "passwordKey" $postgres.resultPasswordKey "url" $postgres.resultUrl "urlKey" $postgres.resultUrlKey -}}
{{- else if and (eq .role "admin") (or $postgres.enabled $postgres.adminUrl $postgres.adminUrlKey) -}}
{{- $user = "pollux_admin" -}}
{{- $database = dict "secret" ($postgres.adminExistingSecret | default $secret) "passwordKey" $postgres.adminPasswordKey "url" $postgres.adminUrl "urlKey" $postgres.adminUrlKey -}}
{{- end -}}
{{- if $postgres.enabled -}}
{{- $host := include "pollux.name" (dict "root" .root "component" "postgres") -}}
{{- $_ := set $database "url" (printf "postgresql://%s@%s:5432/%s" $user $host $postgres.database) -}}
{{- $_ := set $database "secret" $secret -}}
{{- $_ := set $database "urlKey" "" -}}
{{- end -}}
{{- toJson $database -}}
{{- end -}}

{{- define "pollux.databaseEnv" -}}
{{- $database := include "pollux.database" . | fromJson -}}
{{- if $database.urlKey }}
- name: DATABASE_URL_FILE
  value: /run/secrets/pollux/database-url
{{- else }}
- name: DATABASE_URL
  value: {{ $database.url | quote }}
- name: DATABASE_PASSWORD_FILE
  value: /run/secrets/pollux/database-password
{{- end }}
{{- end -}}

{{- define "pollux.databaseFiles" -}}
{{- $database := include "pollux.database" . | fromJson -}}
{{- if $database.urlKey }}
{{ include "pollux.fileFromSecret" (dict "secret" $database.secret "key" $database.urlKey "path" "database-url") }}
{{- else }}
{{ include "pollux.fileFromSecret" (dict "secret" $database.secret "key" $database.passwordKey "path" "database-password") }}
{{- end }}
{{- with .root.Values.postgres.tls.secret }}
{{ include "pollux.fileFromSecret" (dict "secret" . "key" $.root.Values.postgres.tls.caKey "path" "postgres-ca.crt") }}
{{- end }}
{{- end -}}
