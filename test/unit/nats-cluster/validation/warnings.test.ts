import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { validateCluster } from '../../../../src/nats-cluster/validation/validate-cluster';

const rows: [string, NatsClusterSpec, string[]][] = [
  [
    "of the Go operator's spellings, by the field that each is now",
    { natsConfig: { writeDeadline: '5s', max_payload: 1024, maxPayload: 1024, maxPending: 0, max_pending: 0 } },
    [
      'spec.natsConfig.writeDeadline: is the old spelling of write_deadline and has the same effect (write write_deadline instead)',
      'spec.natsConfig.max_payload: is the old spelling of maxPayload and has the same effect (write maxPayload instead)',
    ],
  ],
  [
    'of JetStream in memory alone, and of two servers with it',
    { size: 2, jetstream: {} },
    [
      'spec.jetstream.fileStorage: is not set: all streams are in memory, and are lost when all of their servers restart (set fileStorage.size to keep them)',
      'spec.size: is 2: 2 servers with JetStream tolerate no more failures than 1 (use an odd number of servers, 3 or more)',
    ],
  ],
  [
    'of a version that loses messages of JetStream in rare cases',
    { size: 3, version: '2.12.1', jetstream: { fileStorage: { size: '1Gi' } } },
    [
      'spec.version: NATS 2.12.1 can lose acknowledged messages when servers are removed while others fail (use 2.12.3 or later)',
      'spec.version: NATS 2.12.1 can lose the last acknowledged message of a stream when the disks of its servers are full (use 2.14.0 or later)',
    ],
  ],
  [
    'of a version that can lose all streams to full disks',
    { size: 3, version: '2.11.17', jetstream: { fileStorage: { size: '1Gi' } } },
    [
      'spec.version: NATS 2.11.17 can lose all streams when most servers restart after their disks were full: it deletes its state of the meta group with JetStream (use 2.12.0 or later)',
    ],
  ],
  ['nothing of three servers with file storage', { size: 3, jetstream: { fileStorage: { size: '1Gi' } } }, []],
  ['nothing of a plain cluster', { size: 3, version: '2.15.2' }, []],
  ['nothing of an absent version', {}, []],
  ['nothing of a nightly', { version: 'nightly-20260101' }, []],
  [
    'of a version long out of support which one to take',
    { version: '1.4.1' },
    ['spec.version: NATS 1.4.1 is long out of support and runs on a best-effort basis (use 2.15.2)'],
  ],
  [
    'of a version out of support which one to take',
    { version: 'v2.1.8' },
    ['spec.version: NATS 2.1.8 is out of support; the operator is tested with 2.9 and later (use 2.15.2)'],
  ],
  [
    'of a version newer than itself',
    { version: '2.16.0' },
    ['spec.version: NATS 2.16.0 is newer than what the operator is tested with (use 2.15.2)'],
  ],
  [
    "of the legacy operator's reloader",
    { pod: { enableConfigReload: true, reloaderImage: 'connecteverything/nats-server-config-reloader' } },
    [
      'spec.pod.reloaderImage: connecteverything/nats-server-config-reloader belongs to the legacy operator and is no longer ' +
        "maintained (leave reloaderImage and reloaderImageTag out to use this operator's own)",
    ],
  ],
  [
    "of the legacy operator's server image",
    { serverImage: 'synadia/nats-server' },
    [
      'spec.serverImage: synadia/nats-server belongs to the legacy operator and is no longer maintained (leave serverImage ' +
        'out to use the official image, nats)',
    ],
  ],
  [
    'of servers that cannot share a node',
    { size: 3, pod: { enableClientsHostPort: true } },
    [
      'spec.size: each server uses port 4222 of its node, so 3 servers need 3 nodes (servers without a node of their own stay ' +
        'Pending)',
    ],
  ],
  [
    'of external addresses that pods may not find out, and of a port that is not there',
    { pod: { advertiseExternalIP: true } },
    [
      "spec.pod.advertiseExternalIP: the pods read their node as the namespace's default ServiceAccount, which usually is not allowed to " +
        '(set spec.template.spec.serviceAccountName to one that may get nodes)',
      'spec.pod.advertiseExternalIP: port 4222 of the node is advertised to clients, but no server listens there (set ' +
        'spec.pod.enableClientsHostPort)',
    ],
  ],
  [
    'nothing of external addresses that work',
    {
      size: 1,
      pod: { advertiseExternalIP: true, enableClientsHostPort: true },
      template: { spec: { serviceAccountName: 'nats-server' } },
    },
    [],
  ],
  [
    'of servers on the network of their node that take all of its ports and ask its DNS',
    { size: 2, pod: { enableMetrics: true }, template: { spec: { hostNetwork: true, dnsPolicy: 'ClusterFirst' } } },
    [
      'spec.size: each server uses port 4222 and port 6222 and port 7777 and port 8222 of its node, so 2 servers need 2 nodes ' +
        '(servers without a node of their own stay Pending)',
      'spec.template.spec.dnsPolicy: ClusterFirst uses the DNS of the node with hostNetwork, which does not resolve the ' +
        'names of the servers (use ClusterFirstWithHostNet, or leave dnsPolicy out)',
    ],
  ],
  [
    "of ports of the node that the template's containers take",
    {
      size: 2,
      template: {
        spec: {
          containers: [{ name: 'nats', ports: [{ containerPort: 1883, hostPort: 1883 }, { containerPort: 1 }] }],
        },
      },
    },
    [
      'spec.size: each server uses port 1883 of its node, so 2 servers need 2 nodes (servers without a node of their own stay ' +
        'Pending)',
    ],
  ],
  ['nothing of host ports of one server', { size: 1, pod: { enableClientsHostPort: true } }, []],
  [
    'of websockets in the clear',
    { websocketConfig: {}, pod: { disableWebsocketsHostPort: true } },
    [
      'spec.websocketConfig: websocket clients connect without TLS (set spec.tls.websocketSecret, unless a proxy in front of the ' +
        'servers terminates TLS)',
    ],
  ],
  [
    'of a time that no server heeds',
    {
      websocketConfig: {},
      pod: { disableWebsocketsHostPort: true },
      tls: { websocketSecret: 's', websocketTLSTimeout: 5 },
    },
    [
      'spec.tls.websocketTLSTimeout: is accepted by nats-server but has no effect (set spec.websocketConfig.handshakeTimeout, ' +
        'which also limits the TLS handshake)',
    ],
  ],
  [
    'nothing of it beside the one that counts',
    {
      websocketConfig: { handshakeTimeout: '5s' },
      pod: { disableWebsocketsHostPort: true },
      tls: { websocketSecret: 's', websocketTLSTimeout: 5 },
    },
    [],
  ],
  [
    'of a login that everybody can read',
    { extraRoutes: [{ route: 'nats://user:secret@a.example.com:6222' }] },
    [
      'spec.extraRoutes[0].route: contains credentials, which are visible to everyone who can read this object (use spec.auth.clusterAuthSecret)',
    ],
  ],
  [
    'of roles that reach no server',
    { auth: { enableServiceAccounts: true } },
    [
      'spec.auth.enableServiceAccounts: servers load changed roles and tokens only when they are replaced (set ' +
        'spec.pod.enableConfigReload)',
    ],
  ],
  [
    'of a system account that is no public key',
    { operatorConfig: { secret: 'jwt', systemAccount: 'AASYS', resolver: 'URL(https://example.com/)' } },
    [
      'spec.operatorConfig.systemAccount: is not the public key of an account, and servers do not start with it: "AASYS" (the public key of an ' +
        'account: A and 55 more capital letters or digits from 2 to 7)',
    ],
  ],
  [
    'of a container that becomes the server',
    { template: { spec: { containers: [{ name: 'sidecar', image: 'x' }] } } },
    [
      "spec.template.spec.containers[0].name: the first container, sidecar, is used as the server's and renamed to nats (name it " +
        'nats, or put a container named nats before it)',
      'spec.template.spec.containers[0].image: is not used for the nats container (its image is spec.serverImage with the tag ' +
        'spec.version)',
    ],
  ],
];

describe('validation warns', () => {
  test.each(rows)('%s', (_, spec, warnings) => {
    const metadata = { name: 'x', namespace: 'default' };
    const review = validateCluster({ metadata, spec });
    expect(review.warnings).toEqual(warnings);
  });
});
