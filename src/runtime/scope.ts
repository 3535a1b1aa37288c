/** The namespaces that an operator looks after; undefined stands for all there are. */
export type Scope = readonly string[] | undefined;

/** A namespace's name. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Reads a scope as WATCH_NAMESPACE has it: names with commas between them; nothing stands for all namespaces.
 *
 * @param source where it was written, for the error
 * @throws Error where something in it is no namespace's name
 */
export function parseScope(text = '', source = 'WATCH_NAMESPACE'): Scope {
  const namespaces = [...new Set(text.split(',').map(name => name.trim()))].filter(name => name !== '');
  const bad = namespaces.find(name => !NAMESPACE.test(name));
  if (bad !== undefined) throw new Error(`${source}: "${bad}" is not the name of a namespace`);
  return namespaces.length === 0 ? undefined : namespaces;
}

/**
 * The namespaces that the webhooks of an operator leave out, so that it can come up where nothing can be admitted: its own, and Kubernetes'. None of one
 * that has no webhooks.
 *
 * @param home the namespace that the operator runs in
 */
export const exemptNamespaces = (scope: Scope, home: string): readonly string[] =>
  scope === undefined ? ['kube-system', home] : [];

/**
 * The collections that a kind's objects are listed and watched in: each namespace's own, so that rights in it are all that it takes.
 *
 * @param api `/api/v1`, `/apis/nats.io/v1alpha2`
 */
export const collectionPaths = (scope: Scope, api: string, plural: string): string[] =>
  scope === undefined ? [`${api}/${plural}`] : scope.map(namespace => `${api}/namespaces/${namespace}/${plural}`);

/** The namespace whose objects a collection has; undefined where it has those of all. */
export const namespaceOf = (path: string): string | undefined => /\/namespaces\/([^/]+)\//.exec(path)?.[1];
