{{/* Autoscalers and disruption budgets. All take (dict "root" $ "component" NAME "values" VALUES). */}}

{{- define "pollux.isAutoscaled" -}}
{{- if or (dig "autoscaling" "enabled" false .values) (dig "autoscaling" "keda" "enabled" false .values) }}yes{{ end -}}
{{- end -}}

{{- define "pollux.scaling" -}}
{{- $least := int .values.replicas -}}
{{- if include "pollux.isAutoscaled" . }}{{ $least = int .values.autoscaling.minReplicas }}{{ end -}}
{{- /* A budget for a single pod would prevent draining its node. */ -}}
{{- if and .values.pdb.enabled (gt $least 1) }}
---
{{ include "pollux.disruptionBudget" . }}
{{- end }}
{{- if dig "autoscaling" "enabled" false .values }}
---
{{ include "pollux.autoscaler" . }}
{{- end }}
{{- end -}}

{{- define "pollux.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "pollux.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .values.pdb.maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "pollux.selector" . | nindent 6 }}
{{- end -}}

{{- define "pollux.autoscaler" -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "pollux.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "pollux.name" . }}
  minReplicas: {{ .values.autoscaling.minReplicas }}
  maxReplicas: {{ .values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .values.autoscaling.cpuPercent }}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
      selectPolicy: Max
      policies:
        - {type: Percent, value: 100, periodSeconds: 15}
        - {type: Pods, value: 2, periodSeconds: 15}
    scaleDown:
      stabilizationWindowSeconds: {{ .values.autoscaling.scaleDownSeconds }}
      policies:
        - {type: Pods, value: 1, periodSeconds: 30}
{{- end -}}

{{- define "pollux.kedaAddress" -}}
{{- if .Values.redis.enabled -}}
{{ include "pollux.name" (dict "root" . "component" "redis") }}.{{ .Release.Namespace }}:6379
{{- else -}}
{{ regexReplaceAll "^.*@" (urlParse .Values.redis.url).host "" }}
{{- end -}}
{{- end -}}

{{/* KEDA scales workers by the streams' lag: votes that were not delivered to a worker yet. */}}
{{- define "pollux.kedaScaler" -}}
{{- $keda := .values.autoscaling.keda -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  {{- include "pollux.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    name: {{ include "pollux.name" . }}
  minReplicaCount: {{ .values.autoscaling.minReplicas }}
  maxReplicaCount: {{ .values.autoscaling.maxReplicas }}
  pollingInterval: {{ $keda.pollingSeconds }}
  cooldownPeriod: {{ .values.autoscaling.scaleDownSeconds }}
  triggers:
    {{- range $shard := until (int .root.Values.vote.streamShards) }}
    - type: redis-streams
      metadata:
        address: {{ include "pollux.kedaAddress" $.root }}
        stream: pollux:votes:{{ $shard }}
        consumerGroup: pollux
        lagCount: {{ $keda.lag | quote }}
        activationLagCount: "0"
        {{- if hasPrefix "rediss:" $.root.Values.redis.url }}
        enableTLS: "true"
        {{- end }}
      {{- if include "pollux.redisHasPassword" $.root }}
      authenticationRef:
        name: {{ include "pollux.name" $ }}
      {{- end }}
    {{- end }}
{{- if include "pollux.redisHasPassword" .root }}
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  {{- include "pollux.metadata" . | nindent 2 }}
spec:
  secretTargetRef:
    - parameter: password
      name: {{ include "pollux.secretName" (dict "root" .root "component" "redis" "existing" .root.Values.redis.existingSecret) }}
      key: {{ .root.Values.redis.passwordKey }}
{{- end }}
{{- end -}}
