{{/* The pod of a resync that ends, for the CronJob and for the resync right away. */}}
{{- define "ocean.cronPod" -}}
{{- include "ocean.podSpec" (dict "root" . "config" (include "ocean.name" (list . "config")) "resources" .Values.resources "extraContainers" .Values.workload.cron.extraContainers "port" .Values.service.port "restart" "Never" "skipIsSuccess" true "webhooks" true) | trim -}}
{{- end -}}

{{/* The documentation writes the quotes of a shell into the value. */}}
{{- define "ocean.schedule" -}}
{{- . | toString | trimAll "'\"" | trim -}}
{{- end -}}
