import type { LegacyCluster } from './legacy-cluster';

/** Its image can't be had; this one does the same with a shell: a signal where the file has changed. */
const RELOADER = {
  image: 'nats:2.15.2-alpine',
  script: `
    before=$(md5sum /etc/nats-config/nats.conf)
    while sleep 1; do
      now=$(md5sum /etc/nats-config/nats.conf)
      if [ "$now" != "$before" ]; then kill -HUP $(cat /var/run/nats/nats.pid) && before=$now; fi
    done`,
};

interface Metadata {
  readonly labels: Readonly<Record<string, string>>;
  readonly ownerReferences: readonly object[];
}

/** A bare pod as the Go operator made it, with enableConfigReload. */
export function legacyPod(name: string, cluster: LegacyCluster, { labels, ownerReferences }: Metadata): object {
  const { namespace, version } = cluster;
  const subdomain = `${cluster.name}-mgmt`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: { ...labels, nats_version: version },
      annotations: { 'nats.version': version },
      ownerReferences,
    },
    spec: {
      hostname: name,
      subdomain,
      restartPolicy: 'Always',
      shareProcessNamespace: true,
      containers: [natsContainer(version, `${name}.${subdomain}.${namespace}.svc`), reloaderContainer()],
      volumes: [
        { name: 'nats-config', secret: { secretName: cluster.name } },
        { name: 'pid', emptyDir: {} },
      ],
    },
  };
}

const volumeMounts = [
  { name: 'nats-config', mountPath: '/etc/nats-config' },
  { name: 'pid', mountPath: '/var/run/nats' },
];

function natsContainer(version: string, host: string): object {
  const [config, pid] = ['/etc/nats-config/nats.conf', '/var/run/nats/nats.pid'];
  const ports = { cluster: 6222, monitoring: 8222, client: 4222 };
  return {
    name: 'nats',
    image: `nats:${version}`,
    command: ['/nats-server', '-c', config, '-P', pid, '--cluster_advertise', host, '--connect_retries', '10'],
    ports: Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort, protocol: 'TCP' })),
    livenessProbe: {
      httpGet: { port: 8222 },
      initialDelaySeconds: 10,
      timeoutSeconds: 10,
      periodSeconds: 60,
      failureThreshold: 3,
    },
    volumeMounts,
  };
}

const reloaderContainer = (): object => ({
  name: 'reloader',
  image: RELOADER.image,
  command: ['sh', '-c', RELOADER.script],
  volumeMounts,
});
