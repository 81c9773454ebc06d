{{/*
As "pollux.metadata", for objects that may be in Prometheus's namespace (monitoring.namespace): their names then begin with the
release's namespace, so that releases of several namespaces do not collide.
*/}}
{{- define "pollux.monitoringMetadata" -}}
{{- $own := .root.Release.Namespace -}}
{{- $namespace := .root.Values.monitoring.namespace | default $own -}}
{{- $prefix := ternary "" (printf "%s-" $own) (eq $namespace $own) -}}
{{- include "pollux.metadata" (merge (dict "namespace" $namespace "prefix" $prefix) .) -}}
{{- end -}}
