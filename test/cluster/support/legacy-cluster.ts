import { tokenSecretName } from '../../../src/nats-service-role/bound-token';
import { kubectl } from './kubectl';
import { legacyPod } from './legacy-pod';
import { areMeshed } from './monitoring';
import { getCluster, getPods } from './objects';
import { applyRole, getRole, makeAccount, type Login } from './service-accounts';
import { waitFor } from './wait-for';

/** A cluster of the Go operator's. */
export interface LegacyCluster {
  readonly namespace: string;
  readonly name: string;
  /** The pods' names, without the cluster's: hexadecimal ordinals. */
  readonly ordinals: readonly string[];
  readonly version: string;
  /** The version that the spec asks for, where it is another. */
  readonly wanted?: string;
  /** A ServiceAccount, and the NatsServiceRole of its name, by which alone clients may log in; everybody may where there is none. */
  readonly account?: string;
}

/**
 * Makes what the Go operator had made of a NatsCluster, paused as docs/migration.md advises, under its field manager: bare pods that the NatsCluster owns, each with the reloader
 * beside the server, the Secret of nats.conf, the two Services with a port that the spec no longer asks for, and the status. Returns
 * when the servers are meshed, with the account's login.
 *
 * @see https://github.com/nats-io/nats-operator/blob/v0.8.3/pkg/util/kubernetes/kubernetes.go
 */
export async function makeLegacyCluster(cluster: LegacyCluster): Promise<Login | undefined> {
  const { namespace, name, ordinals, version } = cluster;
  await create(cluster, [natsCluster(cluster)]);
  const uid = (await getCluster(namespace, name))?.metadata?.uid ?? '';
  const user = cluster.account === undefined ? undefined : await makeLegacyUser(cluster, cluster.account);
  await create(cluster, children(cluster, uid, user));
  const status = { phase: 'Running', size: ordinals.length, currentVersion: version, conditions: legacyConditions };
  const patch = [
    '--subresource=status',
    '--type=merge',
    '--field-manager=nats-operator',
    '-p',
    JSON.stringify({ status }),
  ];
  await kubectl(['patch', 'nats', name, '-n', namespace, ...patch]);
  await waitFor(
    async () => {
      const pods = await getPods(namespace, name);
      return pods.length === ordinals.length && (await areMeshed(pods));
    },
    { what: 'the bare pods to be meshed' },
  );
  return user;
}

const legacyPermissions = { publish: ['steady.>'], subscribe: ['steady.>'] };

/** A role's account, its token in a Secret that the role owns: without its user's name, which everybody knew. */
async function makeLegacyUser(cluster: LegacyCluster, account: string): Promise<Login> {
  const { namespace, name } = cluster;
  await makeAccount(namespace, account);
  await applyRole(namespace, account, name, { permissions: legacyPermissions });
  const uid = (await getRole(namespace, account))?.metadata?.uid ?? '';
  const owner = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsServiceRole', name: account, uid, controller: true };
  const secret = tokenSecretName(account, name);
  const metadata = { name: secret, labels: { app: 'nats', nats_cluster: name }, ownerReferences: [owner] };
  await create(cluster, [{ apiVersion: 'v1', kind: 'Secret', metadata }]);
  const bound = ['--bound-object-kind=Secret', `--bound-object-name=${secret}`];
  const audience = `--audience=nats://${name}.${namespace}.svc`;
  const pass = (await kubectl(['create', 'token', account, '-n', namespace, audience, ...bound])).trim();
  const patch = JSON.stringify({ stringData: { token: pass } });
  await kubectl(['patch', 'secret', secret, '-n', namespace, '--field-manager=nats-operator', '-p', patch]);
  return { user: account, pass };
}

/** Its ten latest, whatever their type. */
const legacyConditions = [
  { type: 'ScalingUp', reason: 'scaling cluster from 1 to 3 peers', transitionTime: '2020-01-11T17:17:00Z' },
  { type: 'Ready', reason: 'current state matches desired state', transitionTime: '2020-01-11T17:17:36Z' },
  { type: 'Ready', reason: 'current state matches desired state', transitionTime: '2020-01-11T17:18:36Z' },
];

async function create({ namespace }: LegacyCluster, items: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  await kubectl(['create', '-n', namespace, '--field-manager=nats-operator', '-f', '-'], list);
}

const natsCluster = ({ name, ordinals, version, wanted = version, account }: LegacyCluster): object => ({
  apiVersion: 'nats.io/v1alpha2',
  kind: 'NatsCluster',
  metadata: { name },
  spec: {
    size: ordinals.length,
    version: wanted,
    paused: true,
    pod: { enableConfigReload: true },
    ...(account === undefined ? {} : { auth: { enableServiceAccounts: true } }),
  },
});

function children(cluster: LegacyCluster, uid: string, user: Login | undefined): object[] {
  const { name, version, ordinals } = cluster;
  const labels = { app: 'nats', nats_cluster: name };
  const owner = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', name, uid, controller: true };
  const metadata = { labels, ownerReferences: [owner] };
  const data = { 'nats.conf': Buffer.from(JSON.stringify(natsConf(cluster, user), undefined, 2)).toString('base64') };
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata, name }, data },
    service({ ...metadata, name }, { selector: labels, ports: [port('tcp-client', 4222), port('websocket', 8080)] }),
    service(
      { ...metadata, name: `${name}-mgmt` },
      {
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: { ...labels, nats_version: version },
        ports: [port('cluster', 6222), port('monitoring', 8222), port('metrics', 7777), port('gateways', 7222)],
      },
    ),
    ...ordinals.map(ordinal => legacyPod(`${name}-${ordinal}`, cluster, metadata)),
  ];
}

const service = (metadata: object, spec: object): object => ({ apiVersion: 'v1', kind: 'Service', metadata, spec });

const port = (name: string, number: number): object => ({ name, port: number, targetPort: number, protocol: 'TCP' });

function natsConf({ namespace, name, ordinals }: LegacyCluster, user: Login | undefined): object {
  const routes = ordinals.map(ordinal => `nats://${name}-${ordinal}.${name}-mgmt.${namespace}.svc:6222`);
  const users = user && [{ username: user.user, password: user.pass, permissions: legacyPermissions }];
  const authorization = users && { authorization: { users } };
  return { port: 4222, http_port: 8222, cluster: { port: 6222, routes }, ...authorization, logtime: true };
}
