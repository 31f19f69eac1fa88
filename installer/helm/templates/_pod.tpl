{{- define "innosynth.image" -}}
{{ .Values.image.repository }}/app:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "innosynth.labels" -}}
app.kubernetes.io/name: innosynth
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* Who a pod runs as, and what it may: nothing. Call with (dict "uid" 10103). */}}
{{- define "innosynth.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .uid }}
runAsGroup: {{ .uid }}
fsGroup: {{ .uid }}
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "innosynth.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "innosynth.environment" -}}
- { name: INNOSYNTH_URL, value: {{ .Values.url | quote }} }
- { name: INNOSYNTH_OFFLINE, value: 'true' }
- { name: INNOSYNTH_DATA, value: /var/lib/innosynth }
- { name: TMPDIR, value: /var/lib/innosynth }
- { name: INNOSYNTH_MODELS, value: /models }
- { name: INNOSYNTH_EMBEDDING_MODEL, value: {{ .Values.models.embedding | quote }} }
- { name: INNOSYNTH_INNER_PORT, value: '9091' }
- { name: INNOSYNTH_SECRET_FILE, value: /run/secrets/secret }
- { name: INNOSYNTH_SETUP_CODE_FILE, value: /run/secrets/setup_code }
- { name: DATABASE_URL_FILE, value: /run/secrets/database_url }
- { name: OBJECTSTORE_URL, value: {{ .Values.objectstore.url | quote }} }
- { name: OBJECTSTORE_BUCKET, value: {{ .Values.objectstore.bucket | quote }} }
- { name: OBJECTSTORE_REGION, value: {{ .Values.objectstore.region | quote }} }
- { name: OBJECTSTORE_ACCESS_KEY_FILE, value: /run/secrets/objectstore_access_key }
- { name: OBJECTSTORE_SECRET_KEY_FILE, value: /run/secrets/objectstore_secret_key }
{{- with .Values.ollama.url }}
- { name: OLLAMA_HOST, value: {{ . | quote }} }
- { name: OLLAMA_MODEL, value: {{ $.Values.ollama.model | quote }} }
{{- end }}
{{- end }}

{{- define "innosynth.mounts" -}}
- { name: secrets, mountPath: /run/secrets, readOnly: true }
- { name: scratch, mountPath: /var/lib/innosynth }
- { name: tmp, mountPath: /tmp }
- { name: models, mountPath: /models, readOnly: true }
{{- end }}

{{- /* Each pod is given only the keys that it reads. Call with (dict "root" . "login" "api"). */}}
{{- define "innosynth.volumes" -}}
- name: secrets
  secret:
    secretName: {{ .root.Values.secret }}
    defaultMode: 0440
    items:
      - { key: database_{{ .login }}_url, path: database_url }
      - { key: secret, path: secret }
      - { key: setup_code, path: setup_code }
      - { key: objectstore_access_key, path: objectstore_access_key }
      - { key: objectstore_secret_key, path: objectstore_secret_key }
- { name: scratch, emptyDir: { sizeLimit: 4Gi } }
- { name: tmp, emptyDir: { medium: Memory, sizeLimit: 64Mi } }
{{- if .root.Values.models.claim }}
- { name: models, persistentVolumeClaim: { claimName: {{ .root.Values.models.claim }}, readOnly: true } }
{{- else }}
- { name: models, emptyDir: {} }
{{- end }}
{{- end }}
