import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { selectorLabels } from '../../src/nats-cluster/spec/labels';
import type { Json } from './objects';
import { Simulation } from './simulation';

/** What the Go operator had made. */
export interface Legacy {
  /** The pods' names. */
  readonly pods: readonly string[];
  readonly version: string;
}

/** A cluster `c` as the Go operator left it: bare pods that run, their Secret and the two Services. */
export function legacyCluster(spec: NatsClusterSpec, { pods, version }: Legacy): Simulation {
  const simulation = new Simulation(spec);
  const { api, node, cluster } = simulation;
  const uid = cluster.metadata?.uid ?? '';
  const metadata = {
    labels: selectorLabels('c'),
    ownerReferences: [{ kind: 'NatsCluster', name: 'c', uid, controller: true }],
  };
  const conf = Buffer.from(LEGACY_CONF).toString('base64');
  api.create({ kind: 'Secret', metadata: { name: 'c', ...metadata }, data: { 'nats.conf': conf } });
  for (const name of ['c', 'c-mgmt']) {
    const selector = name === 'c' ? selectorLabels('c') : { ...selectorLabels('c'), nats_version: version };
    const ports = [{ name: 'tcp-client', port: 4222, protocol: 'TCP' }, stalePort];
    api.create({ kind: 'Service', metadata: { name, ...metadata }, spec: { selector, ports } });
  }
  for (const name of pods) node.create(name, undefined, uid, podTemplate(version));
  for (const pod of node.list()) for (let step = 0; step < 2; step += 1) node.advance(pod);
  while (node.mesh());
  simulation.cluster = { ...cluster, status: { phase: 'Running', size: pods.length, currentVersion: version } };
  return simulation;
}

const LEGACY_CONF = '{ "port": 4222, "max_payload": 4096, "cluster": { "port": 6222, "routes": [] } }';

/** Of a feature that the spec no longer asks for; the Go operator never updated a Service. */
const stalePort = { name: 'gateways', port: 7222, protocol: 'TCP' };

const podTemplate = (version: string): Json => ({
  metadata: { labels: { ...selectorLabels('c'), nats_version: version }, annotations: { 'nats.version': version } },
  spec: {
    containers: [
      { name: 'nats', image: `nats:${version}`, command: ['/nats-server', '-c', '/etc/nats-config/nats.conf'] },
      { name: 'reloader', image: 'connecteverything/nats-server-config-reloader:0.4.5-v1alpha2' },
    ],
  },
});
