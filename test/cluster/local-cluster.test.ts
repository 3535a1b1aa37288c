import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outsidePrefix } from '../../tools/local-cluster/inside';
import { instanceOf } from '../../tools/local-cluster/instance';
import { ownProcesses } from '../../tools/local-cluster/processes';
import { attempt, run } from '../../tools/toolchain/command';
import { kubectl as hereKubectl } from './support/kubectl';
import { waitFor } from './support/wait-for';

const project = join(__dirname, '..', '..');
const base = mkdtempSync(join(tmpdir(), 'checkout-'));
// Deeper than a socket's path may be long.
const checkout = join(base, ...Array.from({ length: 12 }, (_, index) => `folder-${index}`));
const other = instanceOf(checkout);
const minutes = 60_000;

/** Runs the copied checkout's own command line, outside the network that the tests run in. */
function invocation(args: readonly string[]): [command: string, args: string[]] {
  const tsx = require.resolve('tsx/cli');
  const [command = process.execPath, ...rest] = [
    ...outsidePrefix(),
    process.execPath,
    tsx,
    join(checkout, 'tools/local-cluster/main.ts'),
  ];
  return [command, [...rest, ...args]];
}

/** The tests' own cluster has a name, this one has none. */
const env = { CLUSTER_NAME: '' };

const cluster = (...args: string[]) => run(...invocation(args), { env });

const pods = `
apiVersion: v1
kind: Service
metadata: { name: servers }
spec: { selector: { app: servers }, ports: [{ port: 4222 }] }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: servers }
spec:
  selector: { matchLabels: { app: servers } }
  template:
    metadata: { labels: { app: servers } }
    spec: { containers: [{ name: server, image: "nats:2.15.2-alpine", ports: [{ containerPort: 4222, hostPort: 4333 }] }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  selector: { matchLabels: { app: store } }
  serviceName: store
  template:
    metadata: { labels: { app: store } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: store
          image: nats:2.15.2-alpine
          command: [tail, -f, /dev/null]
          volumeMounts: [{ name: files, mountPath: /files }, { name: sized, mountPath: /sized }]
  volumeClaimTemplates:
    - metadata: { name: files }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 16Mi } } }
    - metadata: { name: sized }
      spec: { accessModes: [ReadWriteOnce], storageClassName: local-sized, resources: { requests: { storage: 32Mi } } }
`;

/** What of the instance is left on the machine, anywhere. */
async function traces(): Promise<string[]> {
  const netns = existsSync('/run/netns')
    ? readdirSync('/run/netns').filter(name => name.startsWith(`${other.name}-`))
    : [];
  const [cat = 'cat', ...args] = [...outsidePrefix(), 'cat', '/proc/self/mountinfo'];
  const mounts = (await run(cat, args)).split('\n').filter(line => line.includes(other.name));
  const cgroups = readdirSync('/sys/fs/cgroup').map(name => join('/sys/fs/cgroup', name, other.name));
  const folders = [
    other.runFolder,
    other.stateFolder,
    other.kubeletFolder,
    join('/sys/fs/cgroup', other.name),
    ...cgroups,
  ];
  const shared = ['/var/lib/cni/results', '/var/log/containers'].filter(folder => existsSync(folder));
  const orphans = (
    await run('find', [...shared, '-name', `${other.name}-*`, '-o', '-lname', `${other.stateFolder}/*`])
  ).split('\n');
  const processes = ownProcesses(other).map(({ pid, marker }) => `${pid} ${marker}`);
  return [
    ...netns,
    ...mounts,
    ...folders.filter(folder => existsSync(folder)),
    ...orphans.filter(stray => stray !== ''),
    ...processes,
  ];
}

async function containerIds(): Promise<string> {
  const path = 'jsonpath={.items[*].status.containerStatuses[*].containerID}';
  return cluster('kubectl', 'get', 'pods', '-o', path);
}

const inStore = (script: string) => cluster('kubectl', 'exec', 'statefulset/store', '--', 'sh', '-c', script);

describe('the local cluster of a second checkout, in a deep folder', () => {
  beforeAll(() => {
    cpSync(join(project, 'tools'), join(checkout, 'tools'), { recursive: true });
    for (const name of ['package.json', 'tsconfig.json', 'node_modules'])
      symlinkSync(join(project, name), join(checkout, name));
  });

  afterAll(async () => {
    await attempt(...invocation(['clean']), { env });
    rmSync(base, { recursive: true, force: true });
  }, 2 * minutes);

  test(
    'starts beside the one that the tests run in, which does not notice',
    async () => {
      await cluster('up');
      expect(await cluster('status')).toContain(`${other.name}: running`);
      expect(await hereKubectl(['get', '--raw', '/readyz'])).toBe('ok');
      expect(await hereKubectl(['get', 'nodes', '-o', 'name'])).not.toContain(other.name);
    },
    5 * minutes,
  );

  test(
    'takes a second node while it runs, in another zone',
    async () => {
      await cluster('up', '--nodes', '2');
      const zones = await cluster('kubectl', 'get', 'nodes', '-L', 'topology.kubernetes.io/zone', '--no-headers');
      expect(zones).toMatch(/-1 +Ready .*zone-a\n.*-2 +Ready .*zone-b\n/);
    },
    5 * minutes,
  );

  test(
    'runs pods that reach each other across the nodes by service name and by host port',
    async () => {
      await run(...invocation(['kubectl', 'apply', '-f', '-']), { env, input: pods });
      await cluster('kubectl', 'rollout', 'status', 'daemonset/servers', '--timeout=60s');
      const names = (await cluster('kubectl', 'get', 'pods', '-l', 'app=servers', '-o', 'name')).trim().split('\n');
      expect(names).toHaveLength(2);
      for (const name of names) {
        for (const target of ['servers 4222', '10.250.0.1 4333', '10.250.0.2 4333']) {
          const script = `echo | timeout 5 nc ${target} | head -n 1`;
          expect(await cluster('kubectl', 'exec', name, '--', 'sh', '-c', script)).toMatch(/^INFO \{/);
        }
      }
      expect(await cluster('run', 'getent', 'hosts', 'servers')).toContain('servers.default.svc.cluster.local');
    },
    3 * minutes,
  );

  test(
    'is made whole again after daemons were killed, without a restart of any container or the loss of a volume',
    async () => {
      await cluster('kubectl', 'rollout', 'status', 'statefulset/store', '--timeout=60s');
      await inStore('echo kept > /files/file && echo kept > /sized/file');
      const before = await containerIds();
      const victims = ownProcesses(other).filter(
        ({ daemon, marker }) => daemon && /\/(etcd|kubelet|containerd|coredns|volume-provisioner)\//.test(marker),
      );
      expect(victims.length).toBe(7);
      victims.forEach(({ pid }) => process.kill(pid, 'SIGKILL'));
      await cluster('up');
      expect(await cluster('kubectl', 'get', 'nodes', '--no-headers')).toMatch(/ Ready .*\n.* Ready /);
      expect(await containerIds()).toBe(before);
      expect(await inStore('cat /files/file /sized/file')).toBe('kept\nkept\n');
    },
    3 * minutes,
  );

  test(
    'comes back with its objects and pods after down',
    async () => {
      await cluster('down');
      expect(ownProcesses(other)).toEqual([]);
      await cluster('up');
      const running = () => attempt(...invocation(['kubectl', 'exec', 'daemonset/servers', '--', 'true']), { env });
      await waitFor(async () => (await running()).code === 0, { what: 'a pod of before to run again' });
    },
    3 * minutes,
  );

  test(
    'has the volumes of before after down: the folders with their files, and the sized ones with their size alone',
    async () => {
      const files = async () => inStore('ls /files /sized && df -Pk /sized');
      await waitFor(files, { what: 'the pod with volumes to run again' });
      expect(await inStore('ls /files')).toBe('file\n');
      expect(await inStore('ls /sized')).toBe('');
      expect(await inStore("df -Pk /sized | awk 'NR == 2 { print $2 }'")).toBe(`${32 * 1024}\n`);
    },
    3 * minutes,
  );

  test(
    'leaves nothing on the machine after clean, even when a start was killed half way',
    async () => {
      await cluster('down');
      const half = attempt(...invocation(['up']), { env });
      const apiServer = () => ownProcesses(other).find(({ marker }) => marker.includes('/kube-apiserver/'));
      await waitFor(apiServer, { what: 'the start to come to the API server', interval: 20 });
      const starters = (await run('pgrep', ['-f', join(checkout, 'tools/local-cluster/main.ts')])).trim().split('\n');
      starters.forEach(pid => process.kill(Number(pid), 'SIGKILL'));
      await half;
      await cluster('clean');
      expect(await traces()).toEqual([]);
    },
    3 * minutes,
  );
});
