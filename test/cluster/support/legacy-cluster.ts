import { kubectl } from './kubectl';
import { legacyPod } from './legacy-pod';
import { areMeshed } from './monitoring';
import { getCluster, getPods } from './objects';
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
}

/**
 * Makes what the Go operator had made of a NatsCluster, paused as docs/migration.md advises, under its field manager: bare pods that the NatsCluster owns, each with the reloader
 * beside the server, the Secret of nats.conf, the two Services with a port that the spec no longer asks for, and the status. Returns
 * when the servers are meshed.
 *
 * @see https://github.com/nats-io/nats-operator/blob/v0.8.3/pkg/util/kubernetes/kubernetes.go
 */
export async function makeLegacyCluster(cluster: LegacyCluster): Promise<void> {
  const { namespace, name, ordinals, version } = cluster;
  await create(cluster, [natsCluster(cluster)]);
  const uid = (await getCluster(namespace, name))?.metadata?.uid ?? '';
  await create(cluster, children(cluster, uid));
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

const natsCluster = ({ name, ordinals, version, wanted = version }: LegacyCluster): object => ({
  apiVersion: 'nats.io/v1alpha2',
  kind: 'NatsCluster',
  metadata: { name },
  spec: { size: ordinals.length, version: wanted, paused: true, pod: { enableConfigReload: true } },
});

function children(cluster: LegacyCluster, uid: string): object[] {
  const { name, version, ordinals } = cluster;
  const labels = { app: 'nats', nats_cluster: name };
  const owner = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', name, uid, controller: true };
  const metadata = { labels, ownerReferences: [owner] };
  const data = { 'nats.conf': Buffer.from(JSON.stringify(natsConf(cluster), undefined, 2)).toString('base64') };
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

function natsConf({ namespace, name, ordinals }: LegacyCluster): object {
  const routes = ordinals.map(ordinal => `nats://${name}-${ordinal}.${name}-mgmt.${namespace}.svc:6222`);
  return { port: 4222, http_port: 8222, cluster: { port: 6222, routes }, logtime: true };
}
