{{/*
Passwords. Each comes from an existing Secret, or from one that the chart creates with random values at the first install;
upgrades find it with `lookup` and keep it. Without access to a cluster (`helm template`) every rendering has new values: use
existing Secrets there.
*/}}

{{/* (dict "root" $ "component" NAME "existing" NAME): the Secret with a component's passwords. */}}
{{- define "pollux.secretName" -}}
{{- .existing | default (include "pollux.name" .) -}}
{{- end -}}

{{/*
(dict "root" $ "component" NAME "keys" (dict KEY "password"|"key")) → YAML of the Secret's data, base64. Existing
values are kept; the others are generated once per rendering, because the Secret and the checksums of pods must agree.
*/}}
{{- define "pollux.generatedData" -}}
{{- $memory := .root.Values.secrets -}}
{{- $memo := printf "generated-%s" .component -}}
{{- if not (hasKey $memory $memo) -}}
{{- $found := (lookup "v1" "Secret" .root.Release.Namespace (include "pollux.name" .)).data | default dict -}}
{{- $data := dict -}}
{{- range $key, $kind := .keys -}}
{{- $fresh := ternary (randAlphaNum 64 | sha256sum) (randAlphaNum 32) (eq $kind "key") -}}
{{- $_ := set $data $key (get $found $key | default ($fresh | b64enc)) -}}
{{- end -}}
{{- $_ := set $memory $memo $data -}}
{{- end -}}
{{- toYaml (get $memory $memo) -}}
{{- end -}}

{{- define "pollux.redisSecretData" -}}
{{- include "pollux.generatedData" (dict "root" . "component" "redis" "keys" (dict .Values.redis.passwordKey "password")) -}}
{{- end -}}
{{- define "pollux.postgresSecretData" -}}
{{- include "pollux.generatedData" (dict "root" . "component" "postgres" "keys" (dict .Values.postgres.passwordKey "password" .Values.postgres.resultPasswordKey "password" .Values.postgres.adminPasswordKey "password")) -}}
{{- end -}}
{{- define "pollux.voteSecretData" -}}
{{- include "pollux.generatedData" (dict "root" . "component" "vote" "keys" (dict .Values.vote.voterKey.key "key")) -}}
{{- end -}}

{{- define "pollux.passesSecretData" -}}
{{- include "pollux.generatedData" (dict "root" . "component" "passes" "keys" (dict .Values.admin.passSecret.key "password")) -}}
{{- end -}}

{{/*
(dict "root" $ "name" NAME "existing" SECRET "data" TEMPLATE) → an annotation with a checksum of a Secret's data, so
that pods are replaced when it changes. An existing Secret is read with `lookup`, so a change takes effect with the next
upgrade. Empty if Helm does not know the data.
*/}}
{{- define "pollux.secretChecksum" -}}
{{- if .existing -}}
{{- with (lookup "v1" "Secret" .root.Release.Namespace .existing).data -}}
checksum/{{ $.name }}: {{ toJson . | sha256sum }}
{{- end -}}
{{- else if .root.Values.secrets.generate -}}
checksum/{{ .name }}: {{ include .data .root | sha256sum }}
{{- end -}}
{{- end -}}

{{- define "pollux.redisChecksum" -}}
{{- if or .Values.redis.enabled .Values.redis.existingSecret -}}
{{- include "pollux.secretChecksum" (dict "root" . "name" "redis-secret" "existing" .Values.redis.existingSecret "data" "pollux.redisSecretData") -}}
{{- end -}}
{{- end -}}
{{- define "pollux.postgresChecksum" -}}
{{- include "pollux.secretChecksum" (dict "root" . "name" "postgres-secret" "existing" .Values.postgres.existingSecret "data" "pollux.postgresSecretData") -}}
{{- end -}}
{{- define "pollux.passesChecksum" -}}
{{- if .Values.admin.enabled -}}
{{- include "pollux.secretChecksum" (dict "root" . "name" "passes-secret" "existing" .Values.admin.passSecret.existingSecret "data" "pollux.passesSecretData") -}}
{{- end -}}
{{- end -}}
{{- define "pollux.voteChecksum" -}}
{{- if .Values.vote.voterKey.enabled -}}
{{- include "pollux.secretChecksum" (dict "root" . "name" "voter-key" "existing" .Values.vote.voterKey.existingSecret "data" "pollux.voteSecretData") -}}
{{- end -}}
{{- end -}}
