{{/* The poll and the public addresses: the same for vote and result. */}}
{{- define "pollux.pollEnv" -}}
{{- $name := include "pollux.name" (dict "root" . "component" "poll") -}}
{{- range $key, $value := include "pollux.pollSettings" . | fromYaml }}
- name: {{ $key }}
  valueFrom:
    configMapKeyRef:
      name: {{ $name }}
      key: {{ $key }}
{{- end }}
{{- end -}}

{{/* With polls that people make: the secret that vote and result share, which signs passes to results. */}}
{{- define "pollux.passesEnv" -}}
{{- if .Values.admin.enabled }}
- name: POLLUX_PASS_SECRET_FILE
  value: /run/secrets/pollux/pass-secret
{{- end }}
{{- end -}}

{{- define "pollux.passesFiles" -}}
{{- if .Values.admin.enabled }}
{{- $pass := .Values.admin.passSecret }}
{{ include "pollux.fileFromSecret" (dict "secret" (include "pollux.secretName" (dict "root" . "component" "passes" "existing" $pass.existingSecret)) "key" $pass.key "path" "pass-secret") }}
{{- end }}
{{- end -}}

{{- define "pollux.pollSettings" -}}
POLLUX_RUN: {{ .Values.run | toString | quote }}
{{- with .Values.question }}
QUESTION: {{ . | quote }}
{{- end }}
{{- range $number, $label := .Values.options }}
OPTION_{{ substr $number (int (add1 $number)) "ABCDEFGHIJKLMNOPQRSTUVWXYZ" }}: {{ $label | quote }}
{{- end }}
{{- with .Values.publicUrl }}
POLLUX_PUBLIC_URL: {{ . | quote }}
{{- end }}
{{- with .Values.publicResultUrl }}
POLLUX_PUBLIC_RESULT_URL: {{ . | quote }}
{{- end }}
{{- with .Values.allowedOrigins }}
POLLUX_ALLOWED_ORIGINS: {{ join "," . | quote }}
{{- end }}
{{- end -}}
