{{- /* By digest where one is given, else by tag. */ -}}
{{- define "nats-operator.image" -}}
{{- with $.Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end -}}
{{- end -}}

{{- /*
Whether the release brings an object, (list $ apiVersion kind name): it is not there yet, or this release has brought it. Empty where somebody else has.
*/ -}}
{{- define "nats-operator.isOurs" -}}
{{- $ := index . 0 -}}
{{- $found := lookup (index . 1) (index . 2) "" (index . 3) -}}
{{- if or (not $found) (eq $.Release.Name (dig "metadata" "annotations" "meta.helm.sh/release-name" "" $found)) -}}
true
{{- end -}}
{{- end -}}
