{{/* Names and labels: those of Port's chart, since selectors and names of a release cannot change. */}}

{{- define "ocean.prefix" -}}
{{- if .Values.metadataNamePrefixOverride -}}
{{- .Values.metadataNamePrefixOverride -}}
{{- else -}}
{{- $type := .Values.integration.type | lower -}}
{{- $identifier := regexReplaceAll "[^a-z0-9-]+" (include "ocean.text" .Values.integration.identifier | lower) "-" -}}
{{- printf "ocean-%s-%s" $type $identifier | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* A name of the prefix and an ending, as (list . "deployment"). */}}
{{- define "ocean.name" -}}
{{- printf "%s-%s" (include "ocean.prefix" (first .)) (last .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "ocean.cronName" -}}
{{- printf "%s-cron-job" (include "ocean.prefix" . | trunc 43 | trimSuffix "-") -}}
{{- end -}}

{{- define "ocean.incrementalName" -}}
{{- printf "%s-incr-cron" (include "ocean.prefix" . | trunc 42 | trimSuffix "-") -}}
{{- end -}}

{{- define "ocean.secretName" -}}
{{- if kindIs "string" .Values.secret.name | and .Values.secret.name -}}
{{- tpl .Values.secret.name . -}}
{{- else -}}
{{- include "ocean.name" (list . "secret") -}}
{{- end -}}
{{- end -}}

{{- define "ocean.serviceAccountName" -}}
{{- default (printf "%s-sa" (include "ocean.prefix" .)) (tpl .Values.podServiceAccount.name .) -}}
{{- end -}}

{{- define "ocean.nameLabel" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* Labels without the name, which Port's chart leaves out for live events. */}}
{{- define "ocean.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "ocean.labels" -}}
{{ include "ocean.commonLabels" . }}
{{ include "ocean.nameLabel" . }}
{{- with .Values.extraLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "ocean.liveLabels" -}}
{{ include "ocean.commonLabels" . }}
{{- with merge (deepCopy .Values.liveEvents.extraLabels) .Values.extraLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "ocean.selector" -}}
app: {{ include "ocean.name" (list . "deployment") }}
{{ include "ocean.nameLabel" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ocean.liveSelector" -}}
app: {{ include "ocean.name" (list . "le-deployment") }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
