import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { clusterRights, namespacedRights, rules, wideRights, type Rule } from '../../../scripts/install/rights';
import { kubectl } from '../kubectl';

const RBAC = 'rbac.authorization.k8s.io';

/** The rights that a namespaced operator has in each of its namespaces: a Role and no ClusterRole. */
const roleRules = rules(namespacedRights);

/** For Pepr's store, in its namespace. */
const storeRules = [
  { apiGroups: ['pepr.dev'], resources: ['peprstores'], verbs: ['create', 'get', 'patch', 'list', 'watch'] },
];

/** To tell the API server whom to trust. */
const configurationRules = [
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    resourceNames: ['nats-operator'],
    verbs: ['get', 'patch'],
  },
];

interface Account {
  readonly name: string;
  readonly namespace: string;
}

/**
 * Makes a ServiceAccount with an operator's rights in those namespaces, the first of which is its own, and writes a kubeconfig by which a process acts
 * as it.
 *
 * @returns who it is, as the audit log has it
 */
export async function makeAccount(
  name: string,
  namespaces: readonly string[],
  kubeconfig: string,
  granted: readonly Rule[] = roleRules,
): Promise<string> {
  const account = { name, namespace: namespaces[0] ?? '' };
  const metadata = { ...account };
  await apply([
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    ...namespaces.flatMap(namespace => grant(account, { kind: 'Role', namespace, rules: granted })),
  ]);
  const token = await kubectl(['create', 'token', name, '-n', account.namespace]);
  await writeKubeconfig(kubeconfig, token.trim());
  return `system:serviceaccount:${account.namespace}:${name}`;
}

/** Makes one with those rights in all namespaces, as an operator of them all has. */
export async function makeClusterAccount(name: string, namespace: string, kubeconfig: string): Promise<string> {
  const user = await makeAccount(name, [namespace], kubeconfig);
  const everywhere = rules([...clusterRights, ...wideRights]);
  await apply(grant({ name, namespace }, { kind: 'ClusterRole', rules: everywhere }));
  return user;
}

/** Grants it what webhooks take beyond that. */
export async function grantWebhooks(account: Account, withStore = true): Promise<void> {
  const store = grant(account, { kind: 'Role', namespace: 'pepr-system', rules: storeRules });
  await apply([...grant(account, { kind: 'ClusterRole', rules: configurationRules }), ...(withStore ? store : [])]);
}

/** Takes the right to hold a Lease from an account; all others stay. */
export async function withdrawLeases(name: string, namespace: string): Promise<void> {
  const remaining = roleRules.filter(({ resources }) => !resources.includes('leases'));
  await apply(grant({ name, namespace }, { kind: 'Role', namespace, rules: remaining }));
}

interface Grant {
  readonly kind: 'Role' | 'ClusterRole';
  readonly namespace?: string;
  readonly rules: readonly object[];
}

function grant(account: Account, { kind, namespace, rules: granted }: Grant): object[] {
  const metadata = { name: `${account.namespace}-${account.name}`, namespace };
  const roleRef = { apiGroup: RBAC, kind, name: metadata.name };
  const subjects = [{ kind: 'ServiceAccount', ...account }];
  return [
    { apiVersion: `${RBAC}/v1`, kind, metadata, rules: granted },
    { apiVersion: `${RBAC}/v1`, kind: `${kind}Binding`, metadata, roleRef, subjects },
  ];
}

async function apply(items: readonly object[]): Promise<void> {
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

async function writeKubeconfig(path: string, token: string): Promise<void> {
  const admins = parse(await readFile(process.env.API_TEST_KUBECONFIG ?? '', 'utf8')) as { users: { name: string }[] };
  const users = admins.users.map(({ name }) => ({ name, user: { token } }));
  await writeFile(path, stringify({ ...admins, users }), { mode: 0o600 });
}
