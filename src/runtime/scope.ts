/** The namespaces that an operator manages; undefined for all. */
export type Scope = readonly string[] | undefined;

/** A namespace's name. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Parses a comma-separated list of namespaces; an empty list stands for all namespaces.
 *
 * @param source the variable or flag, for the error
 * @throws Error for an invalid namespace name
 */
export function parseScope(text = '', source = 'WATCH_NAMESPACE'): Scope {
  const namespaces = [...new Set(text.split(',').map(name => name.trim()))].filter(name => name !== '');
  const invalid = namespaces.find(name => !NAMESPACE.test(name));
  if (invalid !== undefined) throw new Error(`${source}: "${invalid}" is not a valid namespace name`);
  return namespaces.length === 0 ? undefined : namespaces;
}

/**
 * The namespaces exempt from the webhooks, so that the operator can start while they are unavailable: its own, and
 * kube-system. Empty for an operator without webhooks.
 *
 * @param home the namespace of the operator
 */
export const exemptNamespaces = (scope: Scope, home: string): readonly string[] =>
  scope === undefined ? ['kube-system', home] : [];

/**
 * The collections in which a kind is listed and watched: one per namespace of the scope, so that a Role in each
 * suffices.
 *
 * @param api `/api/v1`, `/apis/nats.io/v1alpha2`
 */
export const collectionPaths = (scope: Scope, api: string, plural: string): string[] =>
  scope === undefined ? [`${api}/${plural}`] : scope.map(namespace => `${api}/namespaces/${namespace}/${plural}`);

/** The namespace of a collection; undefined for all namespaces. */
export const namespaceOf = (path: string): string | undefined => /\/namespaces\/([^/]+)\//.exec(path)?.[1];
