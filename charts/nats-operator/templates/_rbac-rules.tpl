{{/*
Generated from scripts/install/rights.ts by `npm run manifests`. Do not edit.
*/}}

{{/*
The ClusterRole of an operator with the scope cluster.
*/}}
{{- define "nats-operator.clusterRules" -}}
- apiGroups:
    - nats.io
  resources:
    - natsclusters
  verbs:
    - get
    - list
    - watch
- apiGroups:
    - nats.io
  resources:
    - natsclusters/status
  verbs:
    - patch
- apiGroups:
    - nats.io
  resources:
    - natsclusters/finalizers
  verbs:
    - update
- apiGroups:
    - ""
  resources:
    - services
  verbs:
    - get
    - list
    - watch
    - create
    - patch
- apiGroups:
    - ""
  resources:
    - secrets
  verbs:
    - get
    - list
    - watch
    - create
    - patch
- apiGroups:
    - nats.io
  resources:
    - natsserviceroles
  verbs:
    - list
    - watch
    - patch
- apiGroups:
    - nats.io
  resources:
    - natsserviceroles/status
  verbs:
    - patch
- apiGroups:
    - apps
  resources:
    - statefulsets
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
- apiGroups:
    - policy
  resources:
    - poddisruptionbudgets
  verbs:
    - get
    - list
    - watch
    - create
    - patch
- apiGroups:
    - ""
  resources:
    - pods
  verbs:
    - list
    - watch
    - patch
    - delete
- apiGroups:
    - ""
  resources:
    - persistentvolumeclaims
  verbs:
    - list
    - watch
    - patch
- apiGroups:
    - apps
  resources:
    - controllerrevisions
  verbs:
    - get
- apiGroups:
    - ""
  resources:
    - events
  verbs:
    - list
    - create
    - patch
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - list
  resourceNames:
    - nats-operator
- apiGroups:
    - admissionregistration.k8s.io
  resources:
    - validatingwebhookconfigurations
  verbs:
    - get
  resourceNames:
    - nats-operator
- apiGroups:
    - admissionregistration.k8s.io
  resources:
    - mutatingwebhookconfigurations
  verbs:
    - get
    - patch
  resourceNames:
    - nats-operator
- apiGroups:
    - admissionregistration.k8s.io
  resources:
    - validatingwebhookconfigurations
  verbs:
    - get
    - patch
  resourceNames:
    - nats-operator
{{- if .Values.serviceAccounts.enabled }}
- apiGroups:
    - ""
  resources:
    - secrets
  verbs:
    - delete
- apiGroups:
    - ""
  resources:
    - serviceaccounts
  verbs:
    - list
    - watch
- apiGroups:
    - ""
  resources:
    - serviceaccounts/token
  verbs:
    - create
{{- end }}
{{- end }}

{{/*
The Role of an operator with the scope cluster in its own namespace.
*/}}
{{- define "nats-operator.leaseRules" -}}
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - create
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - get
    - patch
  resourceNames:
    - nats-operator
{{- end }}

{{/*
The Role of an operator with the scope cluster in the namespace of Pepr.
*/}}
{{- define "nats-operator.peprStoreRules" -}}
- apiGroups:
    - pepr.dev
  resources:
    - peprstores
  verbs:
    - get
    - list
    - watch
    - create
    - patch
{{- end }}

{{/*
The Role of an operator with the scope namespaced in each namespace that it manages.
*/}}
{{- define "nats-operator.namespacedRules" -}}
- apiGroups:
    - nats.io
  resources:
    - natsclusters
  verbs:
    - get
    - list
    - watch
- apiGroups:
    - nats.io
  resources:
    - natsclusters/status
  verbs:
    - patch
- apiGroups:
    - nats.io
  resources:
    - natsclusters/finalizers
  verbs:
    - update
- apiGroups:
    - ""
  resources:
    - services
  verbs:
    - get
    - list
    - watch
    - create
    - patch
- apiGroups:
    - ""
  resources:
    - secrets
  verbs:
    - get
    - list
    - watch
    - create
    - patch
- apiGroups:
    - nats.io
  resources:
    - natsserviceroles
  verbs:
    - list
    - watch
    - patch
- apiGroups:
    - nats.io
  resources:
    - natsserviceroles/status
  verbs:
    - patch
- apiGroups:
    - apps
  resources:
    - statefulsets
  verbs:
    - get
    - list
    - watch
    - create
    - patch
    - delete
- apiGroups:
    - policy
  resources:
    - poddisruptionbudgets
  verbs:
    - get
    - list
    - watch
    - create
    - patch
- apiGroups:
    - ""
  resources:
    - pods
  verbs:
    - list
    - watch
    - patch
    - delete
- apiGroups:
    - ""
  resources:
    - persistentvolumeclaims
  verbs:
    - list
    - watch
    - patch
- apiGroups:
    - apps
  resources:
    - controllerrevisions
  verbs:
    - get
- apiGroups:
    - ""
  resources:
    - events
  verbs:
    - list
    - create
    - patch
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - create
- apiGroups:
    - coordination.k8s.io
  resources:
    - leases
  verbs:
    - get
    - patch
  resourceNames:
    - nats-operator
{{- if .Values.serviceAccounts.enabled }}
- apiGroups:
    - ""
  resources:
    - secrets
  verbs:
    - delete
- apiGroups:
    - ""
  resources:
    - serviceaccounts
  verbs:
    - list
    - watch
- apiGroups:
    - ""
  resources:
    - serviceaccounts/token
  verbs:
    - create
{{- end }}
{{- end }}
