{{/* Common parts of Redis and PostgreSQL: each is one pod with a persistent volume. */}}

{{- define "pollux.redisServerFiles" -}}
start.sh: |
  {{- .Files.Get "files/redis-start.sh" | trim | nindent 2 }}
health.sh: |
  {{- .Files.Get "files/redis-health.sh" | trim | nindent 2 }}
{{- end -}}

{{- define "pollux.postgresServerFiles" -}}
roles.sh: |
  {{- .Files.Get "files/postgres-roles.sh" | trim | nindent 2 }}
health.sh: |
  {{- .Files.Get "files/postgres-health.sh" | trim | nindent 2 }}
{{- end -}}

{{/*
(… "port" PORT): the Service of the StatefulSet. It is not headless: its address stays when the pod is replaced, so clients can
reconnect without waiting for DNS.
*/}}
{{- define "pollux.serverService" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "pollux.metadata" . | nindent 2 }}
spec:
  selector:
    {{- include "pollux.selector" . | nindent 4 }}
  ports:
    - {name: {{ .component }}, port: {{ .port }}, targetPort: {{ .component }}}
{{- end -}}

{{/* The head of a StatefulSet, up to the pod spec. */}}
{{- define "pollux.serverHead" -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "pollux.metadata" . | nindent 2 }}
spec:
  replicas: 1
  revisionHistoryLimit: 5
  serviceName: {{ include "pollux.name" . }}
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Retain}
  selector:
    matchLabels:
      {{- include "pollux.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "pollux.selector" . | nindent 8 }}
        app.kubernetes.io/part-of: pollux
        {{- with .values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        kubectl.kubernetes.io/default-container: {{ .component }}
        checksum/files: {{ include .files .root | sha256sum }}
        {{- include .checksum .root | nindent 8 }}
        {{- with .values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
{{- end -}}

{{- define "pollux.serverVolumes" -}}
volumeClaimTemplates:
  - metadata:
      name: data
      labels:
        {{- include "pollux.selector" . | nindent 8 }}
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .values.persistence.storageClass }}
      storageClassName: {{ . }}
      {{- end }}
      resources:
        requests:
          storage: {{ .values.persistence.size }}
{{- end -}}
