import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { namespacedRights, rules } from '../../../scripts/install/rights';
import { apply, kubectl } from './kubectl';

/** What the rights of the tests' operators are called, wherever they are granted. */
export const RIGHTS = 'nats-operator-test';

const RBAC = 'rbac.authorization.k8s.io';

/** An operator of the tests to the API server. */
export interface OperatorAccount {
  /** As the audit log writes it. */
  readonly user: string;
  /** The path of a kubeconfig by which a process acts as it. */
  readonly kubeconfig: string;
  readonly remove: () => Promise<void>;
}

/** Names the rights that a namespaced operator has, for namespaces to grant them. */
export async function grantOperatorRights(): Promise<void> {
  const role = {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: RIGHTS },
    rules: rules(namespacedRights),
  };
  await apply(toYaml([role]));
}

/**
 * Makes an account with exactly the rights that a deployed operator has, and in those namespaces alone. So a right that scripts/install forgets is missed
 * by the tests, and so is one beyond the namespaces that an operator was told to look after.
 *
 * @param folder where its kubeconfig is written
 */
export async function makeOperatorAccount(
  name: string,
  namespaces: readonly string[],
  folder: string,
): Promise<OperatorAccount> {
  const [namespace = ''] = namespaces;
  const subject = { kind: 'ServiceAccount', name, namespace };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
  await kubectl(
    ['apply', '--server-side', '-f', '-'],
    toYaml([account, ...namespaces.map(each => binding(each, subject))]),
  );
  const token = await kubectl(['create', 'token', name, '-n', namespace, '--duration=4h']);
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    kubeconfig: await writeKubeconfig(join(folder, `${name}.kubeconfig`), token.trim()),
    remove: async () => {
      await kubectl(['delete', 'serviceaccount', name, '-n', namespace, '--ignore-not-found']);
    },
  };
}

const toYaml = (objects: readonly object[]): string => objects.map(object => stringify(object)).join('---\n');

const binding = (namespace: string, subject: object): object => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'RoleBinding',
  metadata: { name: RIGHTS, namespace },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: RIGHTS },
  subjects: [subject],
});

interface Kubeconfig {
  users: { name: string; user: object }[];
}

async function writeKubeconfig(path: string, token: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true });
  const config = parse(await readFile(process.env.KUBECONFIG ?? '', 'utf8')) as Kubeconfig;
  const users = config.users.map(({ name }) => ({ name, user: { token } }));
  await writeFile(path, stringify({ ...config, users }), { mode: 0o600 });
  return path;
}
