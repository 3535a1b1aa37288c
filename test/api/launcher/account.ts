import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { pepr } from '../../../package.json';
import { kubectl } from '../kubectl';

const RBAC = 'rbac.authorization.k8s.io';

/** What Pepr itself needs, and an operator without webhooks does not. */
const OF_PEPR = ['pepr.dev', 'apiextensions.k8s.io'];

/** The rights that a namespaced operator has in each of its namespaces: a Role and no ClusterRole. */
const rules = pepr.rbac.filter(({ apiGroups }) => !apiGroups.some(group => OF_PEPR.includes(group)));

/**
 * Makes a ServiceAccount with an operator's rights in those namespaces, the first of which is its own, and writes a kubeconfig by which a process acts
 * as it.
 *
 * @returns who it is, as the audit log has it
 */
export async function makeAccount(name: string, namespaces: readonly string[], kubeconfig: string): Promise<string> {
  const [namespace = ''] = namespaces;
  const subject = { kind: 'ServiceAccount', name, namespace };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
  const items = [account, ...namespaces.flatMap(each => grant(name, each, subject))];
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const token = await kubectl(['create', 'token', name, '-n', namespace]);
  await writeKubeconfig(kubeconfig, token.trim());
  return `system:serviceaccount:${namespace}:${name}`;
}

function grant(name: string, namespace: string, subject: object): object[] {
  const metadata = { name, namespace };
  const roleRef = { apiGroup: RBAC, kind: 'Role', name };
  return [
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules },
    { apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects: [subject] },
  ];
}

async function writeKubeconfig(path: string, token: string): Promise<void> {
  const admins = parse(await readFile(process.env.API_TEST_KUBECONFIG ?? '', 'utf8')) as { users: { name: string }[] };
  const users = admins.users.map(({ name }) => ({ name, user: { token } }));
  await writeFile(path, stringify({ ...admins, users }), { mode: 0o600 });
}
