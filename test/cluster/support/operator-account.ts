import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { pepr } from '../../../package.json';
import { NAMESPACE } from '../../../scripts/operator/names';
import { kubectl } from './kubectl';

const NAME = 'nats-operator-test';

/** Who the operator of the tests is to the API server, as the audit log writes it. */
export const OPERATOR_USER = `system:serviceaccount:${NAMESPACE}:${NAME}`;

/** The rights that the module names, and what Pepr grants itself for its store (storeRole in its lib/assets/rbac.ts). */
const rules = [
  ...pepr.rbac,
  { apiGroups: ['pepr.dev'], resources: ['peprstores'], verbs: ['create', 'get', 'patch', 'watch'] },
];

const objects = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NAME, namespace: NAMESPACE } },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: NAME }, rules },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: NAME },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NAME },
    subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: NAMESPACE }],
  },
];

interface Kubeconfig {
  users: { name: string; user: object }[];
}

/**
 * A kubeconfig in that folder by which a process acts with exactly the rights that the deployed operator has; returns its path.
 * So a right that package.json forgets is missed by the tests.
 */
export async function operatorKubeconfig(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const documents = objects.map(object => stringify(object)).join('---\n');
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], documents);
  const token = await kubectl(['create', 'token', NAME, '-n', NAMESPACE, '--duration=4h']);
  const config = parse(await readFile(process.env.KUBECONFIG ?? '', 'utf8')) as Kubeconfig;
  const users = config.users.map(({ name }) => ({ name, user: { token: token.trim() } }));
  const path = join(folder, 'kubeconfig');
  await writeFile(path, stringify({ ...config, users }), { mode: 0o600 });
  return path;
}
