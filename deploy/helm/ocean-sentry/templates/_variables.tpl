{{/* The program's variables, made of values as Port's chart makes them. */}}

{{/* sentryHost → SENTRY_HOST, sentryAPIHost → SENTRY_API_HOST, host2 → HOST2, a-b → A_B */}}
{{- define "ocean.upper" -}}
{{- $words := regexReplaceAll "([a-z0-9])([A-Z])" . "${1}_${2}" -}}
{{- $words = regexReplaceAll "([A-Z]+)([A-Z][a-z])" $words "${1}_${2}" -}}
{{- regexReplaceAll "[^A-Za-z0-9]+" $words "_" | upper -}}
{{- end -}}

{{/* A value as text; maps and lists as JSON. Numbers keep their digits. */}}
{{- define "ocean.text" -}}
{{- if or (kindIs "map" .) (kindIs "slice" .) -}}
{{- toJson . -}}
{{- else if kindIs "float64" . -}}
{{- if eq . (floor .) -}}{{- int64 . -}}{{- else -}}{{- . -}}{{- end -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{- define "ocean.configVariables" -}}
{{- range $key, $value := .Values.integration.config }}
{{- if not (kindIs "invalid" $value) }}
OCEAN__INTEGRATION__CONFIG__{{ include "ocean.upper" $key }}: {{ include "ocean.text" $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "ocean.secretVariables" -}}
OCEAN__PORT__CLIENT_ID: {{ include "ocean.text" .Values.port.clientId | b64enc | quote }}
OCEAN__PORT__CLIENT_SECRET: {{ include "ocean.text" .Values.port.clientSecret | b64enc | quote }}
{{- range $key, $value := .Values.integration.secrets }}
{{- if not (kindIs "invalid" $value) }}
OCEAN__INTEGRATION__CONFIG__{{ include "ocean.upper" $key }}: {{ include "ocean.text" $value | b64enc | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* What all processes are told. */}}
{{- define "ocean.sharedVariables" -}}
OCEAN__PORT__BASE_URL: {{ tpl .Values.port.baseUrl . | quote }}
OCEAN__ALLOW_ENVIRONMENT_VARIABLES_JQ_ACCESS: {{ .Values.allowEnvironmentVariablesJqAccess | quote }}
{{- with .Values.jq.envAllowList }}
OCEAN__JQ_ALLOWED_ENVIRONMENT: {{ join "," . | quote }}
{{- end }}
OCEAN__INTEGRATION__IDENTIFIER: {{ include "ocean.text" .Values.integration.identifier | quote }}
{{- include "ocean.configVariables" . }}
OCEAN__LAKEHOUSE_ENABLED: {{ .Values.lakehouseEnabled | quote }}
OCEAN__PROCESSING_MODE: {{ .Values.processingMode | quote }}
{{- with .Values.clientTimeout }}
OCEAN__CLIENT_TIMEOUT: {{ include "ocean.text" . | quote }}
{{- end }}
{{- end -}}

{{/* What those that resync are told besides. */}}
{{- define "ocean.resyncVariables" -}}
OCEAN__SEND_RAW_DATA_EXAMPLES: {{ .Values.sendRawDataExamples | quote }}
OCEAN__PROCESS_EXECUTION_MODE: {{ .Values.integration.processExecution.mode | quote }}
{{- with .Values.createPortResourcesOrigin }}
OCEAN__CREATE_PORT_RESOURCES_ORIGIN: {{ . | quote }}
{{- end }}
{{- if .Values.integration.oauth.enabled }}
OCEAN__OAUTH_ACCESS_TOKEN_FILE_PATH: {{ .Values.integration.oauth.access_token_file_path | quote }}
{{- end }}
{{- end -}}

{{/* Beside a live-event worker on the same database each has its part, so that a long resync holds up no event. What resyncs
     nothing, or gets webhooks by an Ingress that leads to nobody else, goes on doing all. Takes a dict: root, own (variables
     that somebody set for it), role. */}}
{{- define "ocean.roleVariable" -}}
{{- with .root.Values }}
{{- if and .liveEvents.worker.enabled (eq .store.kind "postgres") (not (hasKey $.own "OCEAN__ROLE")) }}
OCEAN__ROLE: {{ $.role }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "ocean.mainRole" -}}
{{- with .Values -}}
{{- $isService := eq .workload.kind "Deployment" -}}
{{- $listener := .integration.eventListener -}}
{{- $resyncsNothing := or (has $listener.type (list "WEBHOOKS_ONLY" "ACTIONS_ONLY")) (eq (toString $listener.shouldResync) "false") -}}
{{- $takesHooks := and .ingress.enabled (not .liveEvents.ingress.enabled) -}}
{{- and $isService (or $resyncsNothing $takesHooks) | ternary "all" "resync" -}}
{{- end -}}
{{- end -}}

{{- define "ocean.mainVariables" -}}
{{ include "ocean.sharedVariables" . }}
{{ include "ocean.resyncVariables" . }}
{{- include "ocean.roleVariable" (dict "root" . "own" .Values.integration.extraConfig "role" (include "ocean.mainRole" .)) }}
OCEAN__INITIALIZE_PORT_RESOURCES: {{ .Values.initializePortResources | quote }}
{{- if eq .Values.workload.kind "CronJob" }}
OCEAN__EVENT_LISTENER: {{ dict "type" "ONCE" | toJson | quote }}
{{- else }}
OCEAN__EVENT_LISTENER: {{ .Values.integration.eventListener | toJson | quote }}
{{- with .Values.scheduledResyncInterval }}
OCEAN__SCHEDULED_RESYNC_INTERVAL: {{ include "ocean.text" . | quote }}
{{- end }}
{{- end }}
OCEAN__STREAMING__ENABLED: {{ .Values.streamingEnabled | quote }}
OCEAN__ACTIONS_PROCESSOR__ENABLED: "false"
{{- if .Values.eventsDebugLogging }}
OCEAN__EVENTS_DEBUG_LOGGING: "true"
{{- end }}
{{- range $key, $value := .Values.integration.extraConfig }}
{{ hasPrefix "OCEAN__" $key | ternary $key (include "ocean.upper" $key) }}: {{ include "ocean.text" $value | quote }}
{{- end }}
{{- end -}}

{{- define "ocean.liveVariables" -}}
{{ include "ocean.sharedVariables" . }}
{{- include "ocean.roleVariable" (dict "root" . "own" .Values.liveEvents.extraConfig "role" "live") }}
{{- $own := kindIs "invalid" .Values.liveEvents.initializePortResources | ternary .Values.liveEvents.worker.initializePortResources .Values.liveEvents.initializePortResources }}
{{- /* Of two that may, only the one that resyncs does. */}}
OCEAN__INITIALIZE_PORT_RESOURCES: {{ and $own (not .Values.initializePortResources) | quote }}
OCEAN__EVENT_LISTENER: {{ dict "type" "WEBHOOKS_ONLY" | toJson | quote }}
{{- with .Values.liveEvents.baseUrl }}
OCEAN__BASE_URL: {{ tpl . $ | quote }}
{{- end }}
OCEAN__ACTIONS_PROCESSOR__ENABLED: "false"
OCEAN__EVENTS_DEBUG_LOGGING: {{ .Values.eventsDebugLogging | quote }}
OCEAN__LIVE_EVENTS__IS_REDIS_STREAM_CONSUMER_ENABLED: {{ .Values.liveEvents.isRedisStreamConsumerEnabled | quote }}
{{- range $key, $value := .Values.liveEvents.extraConfig }}
{{ hasPrefix "OCEAN__" $key | ternary $key (include "ocean.upper" $key) }}: {{ include "ocean.text" $value | quote }}
{{- end }}
{{- end -}}

{{- define "ocean.incrementalVariables" -}}
{{ include "ocean.sharedVariables" . }}
{{ include "ocean.resyncVariables" . }}
OCEAN__INITIALIZE_PORT_RESOURCES: "false"
OCEAN__EVENT_LISTENER: {{ dict "type" "ONCE" | toJson | quote }}
OCEAN__INTEGRATION__INCREMENTAL_SYNC_ENABLED: "true"
{{- range $key, $value := .Values.incrementalSync.extraConfig }}
{{ $key }}: {{ include "ocean.text" $value | quote }}
{{- end }}
{{- end -}}
