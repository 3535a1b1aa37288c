import { join } from 'node:path';
import { waitFor } from '../../cluster/support/wait-for';
import { ApiProxy } from '../api-proxy';
import { Audit } from '../audit';
import { installDefinitions, makeNamespace } from '../crd/definitions';
import { runExclusively } from '../exclusive';
import { describeWithApi, kubectl, tryKubectl } from '../kubectl';
import { makeAccount } from './account';
import { buildPrograms, Launched, type Programs } from './launched';
import { applyCluster, waitForChildren } from './nats-clusters';
import { writesOf } from './writers';

const HOME = 'launched-home';
const OTHER = 'launched-other';
const ELSEWHERE = 'launched-elsewhere';
const LABELS = { app: 'nats', nats_cluster: 'left' };

runExclusively();

describeWithApi('an operator of two namespaces, with a Role in each and no right anywhere else', () => {
  let programs: Programs;
  let operator: Launched;
  let user: string;
  let proxy: ApiProxy;

  beforeAll(async () => {
    await installDefinitions();
    await Promise.all([HOME, OTHER, ELSEWHERE].map(makeNamespace));
    programs = await buildPrograms();
    const [direct, kubeconfig] = [join(programs.folder, 'direct'), join(programs.folder, 'kubeconfig')];
    user = await makeAccount('operator', [HOME, OTHER], direct);
    proxy = await ApiProxy.prepare(direct, kubeconfig);
    const flags = [`--namespaces=${HOME},${OTHER}`];
    operator = await Launched.start(programs, { kubeconfig, pod: { name: 'operator-1', namespace: HOME }, flags });
  }, 90_000);

  test('waits for an API server that is away, alive but not ready', async () => {
    await waitFor(() => operator.said.includes('API server is not ready, waiting'), { what: 'it to wait' });
    expect((await operator.ask('/healthz'))?.status).toBe(200);
    expect(await operator.ask('/readyz')).toEqual({ status: 503, text: 'starting\n' });
    await proxy.open();
  });

  test('is ready without Pepr’s namespace and CRD', async () => {
    await waitFor(() => operator.isReady(), { what: 'the operator to be ready' });
    const { stdout } = await tryKubectl(['get', 'namespace', 'pepr-system', '-o', 'name', '--as', user]);
    expect(stdout).toBe('');
  });

  test.each([HOME, OTHER])('makes the children of a NatsCluster in %s', async namespace => {
    await applyCluster('c', namespace);
    await waitForChildren('c', namespace);
  });

  test('tells of a new cluster in one Event, and writes its status when its children are there', async () => {
    const audit = await Audit.fromNow();
    await applyCluster('told', HOME);
    const status = ['get', 'nats/told', '-n', HOME, '-o', 'jsonpath={.status.phase}'];
    await waitFor(async () => (await kubectl(status)) === 'Creating', { what: 'the status' });
    const writes = (await writesOf(audit, [user])).map(({ what }) => what.split(' '));
    // Of an Event the audit log may leave the name out, which begins with the cluster's.
    const about = writes.filter(([, , namespace, name = '']) => namespace === HOME && /^(told(\..*)?)?$/.test(name));
    const kinds = about.map(([, kind]) => kind);
    expect(kinds.filter(kind => kind === 'events')).toHaveLength(1);
    const selector = '--field-selector=involvedObject.kind=NatsCluster,involvedObject.name=told';
    const query = ['get', 'events', '-n', HOME, selector, '-o', 'json'];
    const { items } = JSON.parse(await kubectl(query)) as { items: object[] };
    expect(items).toMatchObject([
      { reason: 'Created', type: 'Normal', count: 1, lastTimestamp: expect.stringMatching(/Z$/) as string },
    ]);
    expect(kinds.indexOf('natsclusters')).toBeGreaterThan(kinds.indexOf('statefulsets'));
  });

  test('leaves other namespaces alone, and may not even read a Secret there', async () => {
    await applyCluster('c', ELSEWHERE);
    await kubectl(['create', 'secret', 'generic', 'theirs', '-n', ELSEWHERE]);
    await applyCluster('later', HOME);
    await waitForChildren('later', HOME);
    for (const resource of ['secrets/theirs', 'secrets', 'pods', 'nats']) {
      const { stderr } = await tryKubectl(['get', resource, '-n', ELSEWHERE, '--as', user]);
      expect(stderr).toContain('forbidden');
    }
    expect((await tryKubectl(['get', 'statefulset/c', '-n', ELSEWHERE])).stderr).toContain('NotFound');
    expect(operator.said).not.toMatch(/forbidden/i);
  });

  test('takes over what another has left, once it may delete that, from an API server that is strict about owners', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'left', labels: LABELS, annotations: { 'nats.io/adopt-by': 'left' } },
      spec: { ports: [{ port: 4222 }] },
    };
    await kubectl(['create', '-n', HOME, '-f', '-'], JSON.stringify(service));
    await applyCluster('left', HOME);
    const told = ['get', 'nats/left', '-n', HOME, '-o', 'jsonpath={.status.conditions}'];
    await waitFor(async () => (await kubectl(told)).includes("cannot set an ownerRef on a resource you can't delete"), {
      what: 'the words of the API server',
    });
    await kubectl([
      'create',
      'role',
      'take-over',
      '-n',
      HOME,
      '--verb=delete',
      '--resource=services,statefulsets.apps,poddisruptionbudgets.policy',
    ]);
    await kubectl([
      'create',
      'rolebinding',
      'take-over',
      '-n',
      HOME,
      '--role=take-over',
      `--serviceaccount=${HOME}:operator`,
    ]);
    await waitForChildren('left', HOME);
  });

  test('tells Prometheus what it has done', async () => {
    const { text = '' } = (await operator.ask('/metrics')) ?? {};
    const value = (name: string): number =>
      Number(
        text
          .split('\n')
          .find(line => line.startsWith(`${name} `))
          ?.slice(name.length),
      );
    expect(value('controller_runtime_reconcile_time_seconds_count{controller="natscluster"}')).toBeGreaterThan(0);
    expect(value('workqueue_adds_total{name="natscluster",controller="natscluster"}')).toBeGreaterThan(0);
    expect(value('leader_election_master_status{name="nats-operator"}')).toBe(1);
    expect(text).toMatch(/^rest_client_requests_total\{code="201",method="PATCH",host="[^"]+"\} [1-9]/m);
    expect(value('nats_operator_reconciles_total{result="success"}')).toBeGreaterThan(0);
    expect(value('nats_operator_reconcile_duration_seconds_count')).toBeGreaterThan(0);
    expect(value('nats_operator_api_requests_total{verb="patch",code="201"}')).toBeGreaterThan(0);
    expect(value('nats_operator_leader')).toBe(1);
    expect(text).toMatch(/^nats_operator_clusters\{phase="\w+"\} \d+$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  test('says its log as JSON, with the cluster', () => {
    const lines = operator.said.trim().split('\n');
    const entries = lines.map(
      line => JSON.parse(line) as { level: number; time: string; msg: string; cluster?: string; reason?: string },
    );
    const told = entries.filter(({ cluster: key, msg }) => key === `${HOME}/c` && msg === 'status changed');
    expect(told.map(({ reason }) => reason)).toContainEqual(expect.stringMatching(/servers/));
    for (const { time } of entries) expect(Date.parse(time)).not.toBeNaN();
  });

  test('ends cleanly within a second of SIGTERM', async () => {
    const { code, took } = await operator.end('SIGTERM');
    expect(code).toBe(0);
    expect(took).toBeLessThan(1_000);
  });
});
