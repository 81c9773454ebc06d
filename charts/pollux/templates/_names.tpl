{{/* Names and labels. Every helper that names an object takes (dict "root" $ "component" NAME). */}}

{{- define "pollux.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" -}}
{{- else if contains "pollux" .Release.Name -}}
{{- .Release.Name | trunc 46 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-pollux" .Release.Name | trunc 46 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The name of a component's objects: at most 63 characters with the longest suffix. */}}
{{- define "pollux.name" -}}
{{- if .root.Values.plainNames -}}
{{- .component -}}
{{- else -}}
{{- printf "%s-%s" (include "pollux.fullname" .root) .component -}}
{{- end -}}
{{- end -}}

{{/* Selector labels of this release's pods, or of one component: immutable. */}}
{{- define "pollux.selector" -}}
app.kubernetes.io/name: pollux
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{- define "pollux.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "pollux.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: pollux
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
The metadata of a component's object. Optional: "suffix" distinguishes several objects of a kind; "namespace" if it is not the
release's, with a "prefix" of the name; "extraLabels".
*/}}
{{- define "pollux.metadata" -}}
name: {{ .prefix }}{{ include "pollux.name" . }}{{ with .suffix }}-{{ . }}{{ end }}
namespace: {{ .namespace | default .root.Release.Namespace }}
labels:
  {{- include "pollux.labels" . | nindent 2 }}
  {{- with .extraLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "pollux.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (ternary "pollux" (include "pollux.fullname" .) .Values.plainNames) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* (dict "root" $ "image" VALUES "ours" BOOL): registry/repository:tag, or @digest if one is given. */}}
{{- define "pollux.image" -}}
{{- $registry := .image.registry | default (ternary .root.Values.imageRegistry "" .ours) -}}
{{- $name := .image.repository -}}
{{- if $registry -}}{{- $name = printf "%s/%s" (trimSuffix "/" $registry) $name -}}{{- end -}}
{{- if .image.digest -}}
{{- printf "%s@%s" $name .image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (.image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* (dict "root" $ "url" URL) → JSON of scheme, host (without port) and path (with a slash at its end). */}}
{{- define "pollux.address" -}}
{{- $parts := urlParse . -}}
{{- $path := printf "%s/" (trimSuffix "/" $parts.path) -}}
{{- dict "scheme" $parts.scheme "host" (regexReplaceAll ":[0-9]+$" $parts.host "") "path" $path | toJson -}}
{{- end -}}
