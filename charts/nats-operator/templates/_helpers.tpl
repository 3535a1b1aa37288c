{{/*
The name of the operator and of its objects. It is the same for every release and every alias of the
chart: the RBAC rules, the Lease and the operator itself rely on it.
*/}}
{{- define "nats-operator.name" -}}
nats-operator
{{- end }}

{{/*
The name of the Service that the API server calls for admission, and of the webhook's Certificate.
*/}}
{{- define "nats-operator.webhookName" -}}
{{ include "nats-operator.name" . }}-webhook
{{- end }}

{{- define "nats-operator.serviceAccountName" -}}
{{ include "nats-operator.name" . }}
{{- end }}

{{/*
Labels of every object.
*/}}
{{- define "nats-operator.labels" -}}
{{ include "nats-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: {{ include "nats-operator.name" . }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
Labels by which the operator's pods are selected. The selector of a Deployment is immutable:
changing them breaks upgrades.
*/}}
{{- define "nats-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "nats-operator.name" . }}
{{- end }}

{{/*
The operator's image, by digest if there is one, otherwise by tag.
*/}}
{{- define "nats-operator.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end -}}
{{- end }}

{{/*
The Secret with the webhook's serving certificate: the first is written by cert-manager, the second
by the operator.
*/}}
{{- define "nats-operator.webhookCertificateSecretName" -}}
{{ ternary "nats-operator-webhook-tls" "nats-operator-webhook-certificate" .Values.certManager.enabled }}
{{- end }}

{{/*
The namespaces that an operator with the scope namespaced manages, as a YAML list.
*/}}
{{- define "nats-operator.watchedNamespaces" -}}
{{ default (list .Release.Namespace) .Values.namespaces | toYaml }}
{{- end }}

{{/*
Environment variables of both containers. apiVersion is spelled out, as the API server stores it:
without it another field manager that applies the same manifest would conflict.
*/}}
{{- define "nats-operator.env" -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      apiVersion: v1
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      apiVersion: v1
      fieldPath: metadata.namespace
{{- if not .Values.serviceAccounts.enabled }}
- name: NATS_OPERATOR_SERVICE_ACCOUNTS
  value: "false"
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
Probes of a container, given the name of its health port. The liveness probe is patient, because a
process that is starved of CPU answers late.
*/}}
{{- define "nats-operator.probes" -}}
startupProbe:
  httpGet:
    path: /healthz
    port: {{ . }}
  timeoutSeconds: 5
  periodSeconds: 1
  failureThreshold: 120
livenessProbe:
  httpGet:
    path: /healthz
    port: {{ . }}
  timeoutSeconds: 5
  periodSeconds: 10
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /readyz
    port: {{ . }}
  timeoutSeconds: 5
  periodSeconds: 2
  failureThreshold: 2
{{- end }}

{{/*
Security context of every container. With the pod's, in values.yaml, it meets the restricted Pod
Security Standard.
*/}}
{{- define "nats-operator.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end }}

{{/*
What both webhooks have in common. They cover the operator's own kinds only, and neither its own
namespace nor kube-system, so that an operator that is down blocks nothing else.
*/}}
{{- define "nats-operator.webhookPolicy" -}}
failurePolicy: Fail
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values:
        - kube-system
        - {{ .Release.Namespace }}
# Only requests that create or change a spec need admission: labels, finalizers and deletion work
# while no operator runs, for an object of any size.
matchConditions:
  - name: spec-has-changed
    expression: oldObject == null || !has(object.spec) || !has(oldObject.spec) || object.spec != oldObject.spec
  - name: is-not-being-deleted
    expression: "!has(object.metadata.deletionTimestamp)"
matchPolicy: Equivalent
sideEffects: None
timeoutSeconds: 10
{{- end }}

{{/*
"true" if the release creates an object, given as (list $ apiVersion kind name): it does not exist
yet, or belongs to this release. Empty if somebody else has created it.
*/}}
{{- define "nats-operator.isOwnedByRelease" -}}
{{- $ := index . 0 -}}
{{- $found := lookup (index . 1) (index . 2) "" (index . 3) -}}
{{- if or (not $found) (eq $.Release.Name (dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found)) -}}
true
{{- end -}}
{{- end }}
