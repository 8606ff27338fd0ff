{{/* A Service and an Ingress, each of which there may be two of. */}}
{{- define "ocean.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels:
    {{- .labels | nindent 4 }}
  {{- with .values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .values.type }}
  ports:
    - name: {{ .values.portName }}
      protocol: TCP
      port: {{ .values.port }}
      targetPort: {{ .values.port }}
  selector:
    {{- .selector | nindent 4 }}
{{- end -}}

{{- define "ocean.ingress" -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .name }}
  labels:
    {{- .labels | nindent 4 }}
  {{- with .values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .values.className }}
  ingressClassName: {{ . | quote }}
  {{- end }}
  rules:
    - http:
        paths:
          - path: {{ .values.path }}
            pathType: {{ .values.pathType }}
            backend:
              service:
                name: {{ .service }}
                port:
                  number: {{ .port }}
      {{- with .values.host }}
      host: {{ . }}
      {{- end }}
  {{- with .values.tls }}
  tls:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
