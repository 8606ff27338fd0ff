{{/* The pod of every workload. Takes a dict: root, config (name of its ConfigMap), resources, extraContainers, restart,
     annotations; and for those that serve: port, portOf (service values), liveness, readiness; webhooks: whether Sentry
     is told of an address. */}}

{{- define "ocean.image" -}}
{{- $name := default "ocean-sentry" .Values.image -}}
{{- $path := ternary $name (printf "%s/%s" (trimSuffix "/" .Values.imageRegistry) $name) (empty .Values.imageRegistry) -}}
{{- if or (contains "@" $name) (contains ":" $name) -}}
{{- $path -}}
{{- else -}}
{{- printf "%s:%s" $path (include "ocean.text" (default .Chart.AppVersion .Values.integration.version)) -}}
{{- end -}}
{{- end -}}

{{- define "ocean.podSecurity" -}}
{{- /* The user is the image's, 1001, so that a cluster may choose another one. Secrets as files are read by their group. */ -}}
{{- $own := dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault") -}}
{{- if .Values.secretFiles.enabled }}{{- $_ := set $own "fsGroup" 1001 -}}{{- end -}}
{{- toYaml (mergeOverwrite $own .Values.podSecurityContext) -}}
{{- end -}}

{{- define "ocean.containerSecurity" -}}
{{- $own := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) -}}
{{- toYaml (mergeOverwrite $own .Values.containerSecurityContext) -}}
{{- end -}}

{{/* The names of Secrets, one a line. */}}
{{- define "ocean.secretNames" -}}
{{- if or .Values.secret.create .Values.externalSecret.enabled -}}
{{- include "ocean.secretName" . -}}
{{- else if kindIs "slice" .Values.secret.name -}}
{{- range .Values.secret.name }}
{{ . }}
{{- end -}}
{{- else -}}
{{- tpl .Values.secret.name . -}}
{{- end -}}
{{- end -}}

{{/* Keys that are known to be in the Secret, or must be, one a line. */}}
{{- define "ocean.secretKeys" -}}
{{- if .Values.externalSecret.enabled }}
{{- range $key, $_ := .Values.externalSecret.data }}
{{ $key }}
{{- end }}
{{- else }}
OCEAN__PORT__CLIENT_ID
OCEAN__PORT__CLIENT_SECRET
{{- if .Values.secret.create }}
{{- range $key, $value := .Values.integration.secrets }}
{{- if not (kindIs "invalid" $value) }}
OCEAN__INTEGRATION__CONFIG__{{ include "ocean.upper" $key }}
{{- end }}
{{- end }}
{{- else }}
OCEAN__INTEGRATION__CONFIG__SENTRY_TOKEN
{{- end }}
{{- end }}
{{- end -}}

{{/* secretFiles: each key's file. What is no secret to the program is not read from files, and stays a variable. */}}
{{- define "ocean.secretFileVariables" -}}
{{- $ofSecrets := "^OCEAN__(.*(CLIENT_ID|SECRET|TOKEN|MASTER_KEY)|DATABASE__URL|LIVE_EVENTS__(KAFKA|REDIS__(URL|PASSWORD|KEY))|EVENT_LISTENER__APP_HOST|METRICS__WEBHOOK_URL)$" -}}
{{- $keys := include "ocean.secretKeys" . | splitList "\n" | compact -}}
{{- $files := .Values.secretFiles.keys -}}
{{- range $keys }}{{- if regexMatch $ofSecrets . }}{{- $files = append $files . }}{{- end }}{{- end -}}
{{- range sortAlpha $files | uniq }}
- name: {{ . }}_FILE
  value: /var/run/secrets/ocean/{{ . }}
{{- end }}
{{- range $keys }}
{{- if not (has . $files) }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ include "ocean.secretName" $ }}
      key: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "ocean.env" -}}
{{- $root := .root -}}
{{- with $root.Values }}
{{- if .selfSignedCertificate.enabled }}
{{- range list "SSL_CERT_FILE" "REQUESTS_CA_BUNDLE" }}
- name: {{ . }}
  value: /etc/ssl/certs/ca-certificates.crt
{{- end }}
- name: NODE_EXTRA_CA_CERTS
  value: /usr/local/share/ca-certificates/cert.crt
{{- end }}
{{- if and $.webhooks .liveEvents.baseUrl (not .liveEvents.worker.enabled) }}
- name: OCEAN__BASE_URL
  value: {{ tpl .liveEvents.baseUrl $root }}
- name: OCEAN__LIVE_EVENTS__IS_REDIS_STREAM_CONSUMER_ENABLED
  value: {{ .liveEvents.isRedisStreamConsumerEnabled | quote }}
{{- end }}
{{- if and $.port (ne (int $.port) 8000) }}
- name: OCEAN__SERVER__PORT
  value: {{ $.port | quote }}
{{- end }}
{{- if $.skipIsSuccess }}
- name: OCEAN__ONCE__SKIP_IS_SUCCESS
  value: "true"
{{- end }}
{{- if eq .store.kind "postgres" }}
- name: OCEAN__DATABASE__URL
  valueFrom:
    secretKeyRef:
      name: {{ .store.existingSecret }}
      key: {{ .store.urlKey }}
{{- end }}
{{- if eq .integration.processExecution.mode "multi_process" }}
- name: PROMETHEUS_MULTIPROC_DIR
  value: {{ .integration.processExecution.prometheusMultiProcessDir }}
{{- end }}
{{- if .secretFiles.enabled }}
{{ include "ocean.secretFileVariables" $root | trim }}
{{- end }}
{{- with .extraEnv }}
{{ tpl (toYaml .) $root }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "ocean.volumes" -}}
{{- $root := .root -}}
{{- with $root.Values }}
- name: ocean-tmp
  emptyDir: {}
{{- if .selfSignedCertificate.enabled }}
- name: certificates
  projected:
    sources:
      - secret:
          name: {{ .selfSignedCertificate.secret.useExistingSecret | ternary .selfSignedCertificate.secret.name (printf "%s-cert" (include "ocean.prefix" $root)) }}
          items:
            - key: {{ .selfSignedCertificate.secret.useExistingSecret | ternary .selfSignedCertificate.secret.key "crt" }}
              path: cert.crt
{{- end }}
{{- if .secretFiles.enabled }}
- name: secrets
  projected:
    defaultMode: 0400
    sources:
      {{- range include "ocean.secretNames" $root | trim | splitList "\n" }}
      - secret:
          name: {{ . }}
      {{- end }}
{{- end }}
{{- with .extraVolumes }}
{{ tpl (toYaml .) $root }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "ocean.mounts" -}}
{{- $root := .root -}}
{{- with $root.Values }}
- name: ocean-tmp
  mountPath: /tmp/ocean
{{- if .selfSignedCertificate.enabled }}
- name: certificates
  mountPath: /usr/local/share/ca-certificates/cert.crt
  subPath: cert.crt
  readOnly: true
{{- end }}
{{- if .secretFiles.enabled }}
- name: secrets
  mountPath: /var/run/secrets/ocean
  readOnly: true
{{- end }}
{{- with .extraVolumeMounts }}
{{ tpl (toYaml .) $root }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "ocean.probe" -}}
httpGet:
  path: {{ .path }}
  port: {{ .port }}
{{ omit .probe "enabled" | toYaml }}
{{- end -}}

{{/* Annotations by which changed settings start new pods. */}}
{{- define "ocean.checksums" -}}
checksum/config: {{ include .variables .root | sha256sum }}
{{- if .root.Values.secret.create }}
checksum/secret: {{ include "ocean.secretVariables" .root | sha256sum }}
{{- end }}
{{- end -}}

{{/* Names, or maps that name. */}}
{{- define "ocean.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  {{- if kindIs "map" . }}
  - {{ toYaml . }}
  {{- else }}
  - name: {{ . }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "ocean.podSpec" -}}
{{- $root := .root -}}
{{- with $root.Values -}}
{{- with $.restart }}
restartPolicy: {{ . }}
{{- end }}
terminationGracePeriodSeconds: {{ .terminationGracePeriodSeconds }}
dnsPolicy: {{ .dnsPolicy }}
{{- with .dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
enableServiceLinks: false
automountServiceAccountToken: false
{{- if or .podServiceAccount.create .podServiceAccount.name }}
serviceAccountName: {{ include "ocean.serviceAccountName" $root }}
{{- end }}
securityContext:
  {{- include "ocean.podSecurity" $root | nindent 2 }}
{{- include "ocean.pullSecrets" $root }}
{{- with .extraInitContainers }}
initContainers:
  {{- tpl (toYaml .) $root | nindent 2 }}
{{- end }}
containers:
  - name: {{ include "ocean.prefix" $root }}-container
    imagePullPolicy: {{ .imagePullPolicy }}
    image: {{ include "ocean.image" $root }}
    securityContext:
      {{- include "ocean.containerSecurity" $root | nindent 6 }}
    {{- with $.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with $.port }}
    ports:
      - containerPort: {{ . }}
        protocol: TCP
    {{- end }}
    {{- with include "ocean.env" $ | trim }}
    env:
      {{- . | nindent 6 }}
    {{- end }}
    envFrom:
      - configMapRef:
          name: {{ $.config }}
      {{- if not .secretFiles.enabled }}
      {{- range include "ocean.secretNames" $root | trim | splitList "\n" | compact }}
      - secretRef:
          name: {{ . }}
      {{- end }}
      {{- end }}
    volumeMounts:
      {{- include "ocean.mounts" $ | trim | nindent 6 }}
    {{- if and $.liveness $.liveness.enabled }}
    livenessProbe:
      {{- include "ocean.probe" (dict "path" "/health/live" "port" $.port "probe" $.liveness) | nindent 6 }}
    {{- end }}
    {{- if and $.readiness $.readiness.enabled }}
    readinessProbe:
      {{- include "ocean.probe" (dict "path" "/health/ready" "port" $.port "probe" $.readiness) | nindent 6 }}
    {{- end }}
    {{- if $.liveness }}
    {{- with .startupProbe }}
    startupProbe:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- end }}
  {{- with $.extraContainers }}
  {{- tpl (toYaml .) $root | nindent 2 }}
  {{- end }}
volumes:
  {{- include "ocean.volumes" $ | trim | nindent 2 }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .topologySpreadConstraints }}
topologySpreadConstraints:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}
{{- end -}}
