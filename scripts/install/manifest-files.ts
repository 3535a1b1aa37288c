/** Texts by the names of files. */
export type Files = Readonly<Record<string, string>>;

/** In the order in which they are applied. What `00-crds.yaml` has stays when the operator is uninstalled; templates that are not listed are in the last. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  '00-crds.yaml': ['crds', 'pepr-store'],
  '10-prereqs.yaml': ['serviceaccount', 'rbac-cluster', 'rbac-namespaced', 'validatingadmissionpolicy'],
};

/** The manifests that `helm template` has printed, as files. */
export function manifestFiles(rendered: string): Files {
  const listed = Object.entries(TEMPLATES).map(([file, templates]) => [
    file,
    manifestsOf(rendered, template => templates.includes(template)),
  ]);
  const others = Object.values(TEMPLATES).flat();
  return {
    ...(Object.fromEntries(listed) as Files),
    '20-deployment.yaml': manifestsOf(rendered, template => !others.includes(template)),
  };
}

/** The manifests of the templates with such names. */
export function manifestsOf(rendered: string, isWanted: (template: string) => boolean): string {
  const documents = rendered.split(/^(?=---\n# Source: )/m).filter(document => isWanted(templateOf(document)));
  return documents.map(document => `${document.trimEnd()}\n`).join('');
}

function templateOf(document: string): string {
  const [, name] = /^---\n# Source: [^/\n]+\/templates\/(.+)\.yaml\n/.exec(document) ?? [];
  if (name === undefined) throw new Error(`helm names no template for this manifest: ${document.slice(0, 200)}`);
  return name;
}

/** The manifests without that namespace, so that they go where `kubectl apply -n` says. */
export function withoutNamespace(rendered: string, namespace: string): string {
  const text = rendered.replaceAll(new RegExp(`^ +namespace: ${namespace}\n`, 'gm'), '');
  if (text.includes(namespace))
    throw new Error('a template uses the namespace of the release elsewhere than as `namespace:`');
  return text;
}
