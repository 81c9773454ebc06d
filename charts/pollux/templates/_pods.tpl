{{/* Common parts of all pods. */}}

{{/* (dict "root" $ "component" NAME "values" VALUES "user" UID): the head of a pod's spec. */}}
{{- define "pollux.podSpec" -}}
serviceAccountName: {{ ternary "default" (include "pollux.serviceAccountName" .root) (eq .component "migration") }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .values.priorityClassName | default (include "pollux.priorityClassName" .) }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  {{- if not (kindIs "invalid" .user) }}
  runAsUser: {{ .user }}
  runAsGroup: {{ .user }}
  fsGroup: {{ .user }}
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "pollux.priorityClassName" -}}
{{- if and .root.Values.priorityClasses.create (not (has .component (list "migration" "seed" "test"))) -}}
{{ include "pollux.fullname" .root }}-{{ .root.Release.Namespace }}-{{ ternary "data" "service" (has .component (list "redis" "postgres")) }}
{{- end -}}
{{- end -}}

{{/* Spreads the pods of a Deployment over nodes and zones, if possible. */}}
{{- define "pollux.topologySpread" -}}
topologySpreadConstraints:
  {{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "pollux.selector" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end -}}

{{- define "pollux.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{- define "pollux.containerImage" -}}
image: {{ include "pollux.image" . }}
imagePullPolicy: {{ .image.pullPolicy }}
{{- end -}}

{{/*
The probes of our programs. The management listener answers after the start, which waits for Redis and the database
(startWaitSeconds, and ten minutes for a migration); a program whose start takes longer exits with the reason.

A new pod receives requests once it is ready. Later, readiness depends on shared services: while Redis or PostgreSQL restarts,
no pod is ready, and our error page is better than a proxy without a backend. So a pod leaves its Service only after a minute,
or immediately when it is deleted.
*/}}
{{- define "pollux.probes" -}}
startupProbe:
  httpGet: {path: /readyz, port: management}
  periodSeconds: 1
  timeoutSeconds: 3
  failureThreshold: {{ add (int .root.Values.startWaitSeconds) 30 (ternary 600 0 (eq .component "worker")) }}
readinessProbe:
  httpGet: {path: /readyz, port: management}
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 30
livenessProbe:
  httpGet: {path: /livez, port: management}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
{{- end -}}

{{- define "pollux.commonEnv" -}}
- name: POLLUX_LOG_LEVEL
  value: {{ .root.Values.logLevel }}
- name: POLLUX_MANAGEMENT_LISTEN
  value: ":9090"
- name: POLLUX_START_WAIT
  value: {{ .root.Values.startWaitSeconds }}s
- name: POLLUX_DRAIN_TIME
  value: {{ .values.drainTimeSeconds }}s
{{- if hasKey .values "drainDelaySeconds" }}
- name: POLLUX_LISTEN
  value: ":{{ .port }}"
- name: POLLUX_DRAIN_DELAY
  value: {{ if .values.drainDelaySeconds }}{{ .values.drainDelaySeconds }}s{{ else }}"0"{{ end }}
- name: POLLUX_IO_THREADS
  valueFrom:
    resourceFieldRef: {resource: limits.cpu, divisor: "1"}
{{- end }}
{{- with .root.Values.tracing }}
{{- if .endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ .endpoint | quote }}
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ .sampleRatio | toString | quote }}
- name: POD_NAME
  valueFrom:
    fieldRef: {fieldPath: metadata.name}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name={{ $.root.Release.Namespace }},k8s.pod.name=$(POD_NAME)
{{- end }}
{{- end }}
{{- end -}}

{{/*
(dict "root" $ "component" NAME "values" VALUES "port" PORT|0 "env" YAML "files" YAML "checksums" YAML): the Deployment of
one of our programs.
*/}}
{{- define "pollux.deployment" -}}
{{- $values := .values -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "pollux.metadata" . | nindent 2 }}
spec:
  {{- if not (include "pollux.isAutoscaled" .) }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  progressDeadlineSeconds: {{ add (int .root.Values.startWaitSeconds) 60 (ternary 600 0 (eq .component "worker")) }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- include "pollux.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "pollux.selector" . | nindent 8 }}
        app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
        app.kubernetes.io/part-of: pollux
        pollux/management: "true"
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        kubectl.kubernetes.io/default-container: {{ .component }}
        {{- range .checksums }}
        {{- with . }}
        {{- . | nindent 8 }}
        {{- end }}
        {{- end }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "pollux.podSpec" (merge (dict "user" .root.Values.podSecurity.user) .) | nindent 6 }}
      # The program ends within the drain delay plus the drain time plus one second.
      terminationGracePeriodSeconds: {{ add (int (dig "drainDelaySeconds" 0 $values)) (int $values.drainTimeSeconds) 5 }}
      {{- include "pollux.topologySpread" . | nindent 6 }}
      containers:
        - name: {{ .component }}
          {{- include "pollux.containerImage" (dict "root" .root "image" $values.image "ours" true) | nindent 10 }}
          {{- include "pollux.containerSecurity" . | nindent 10 }}
          ports:
            {{- if .port }}
            - {name: http, containerPort: {{ .port }}}
            {{- end }}
            - {name: management, containerPort: 9090}
          env:
            {{- include "pollux.commonEnv" . | nindent 12 }}
            {{- .env | trim | nindent 12 }}
            {{- with $values.extraEnv }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          {{- include "pollux.probes" . | nindent 10 }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          {{- include "pollux.filesMount" . | trim | nindent 10 }}
      {{- include "pollux.filesVolume" . | trim | nindent 6 }}
{{ end -}}

{{- define "pollux.filesMount" -}}
{{- with .files | trim }}
volumeMounts:
  - {name: secrets, mountPath: /run/secrets/pollux, readOnly: true}
{{- end }}
{{- end -}}

{{- define "pollux.filesVolume" -}}
{{- with .files | trim }}
volumes:
  - name: secrets
    projected:
      defaultMode: 0440
      sources:
        {{- regexReplaceAll "\n\\s*\n" . "\n" | trim | nindent 8 }}
{{- end }}
{{- end -}}

{{/* The Service of a page. */}}
{{- define "pollux.pageService" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "pollux.metadata" (merge (dict "annotations" .values.service.annotations) .) | nindent 2 }}
spec:
  type: {{ .values.service.type }}
  {{- with .values.service.sessionAffinity }}
  sessionAffinity: {{ . }}
  {{- end }}
  selector:
    {{- include "pollux.selector" . | nindent 4 }}
  ports:
    - name: http
      port: {{ .values.service.port }}
      targetPort: http
      appProtocol: http
{{ end -}}
