import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { AdmissionLoad } from '../../cluster/support/admission-load';
import { atEnd } from '../../cluster/support/tear-down';
import { waitFor } from '../../cluster/support/wait-for';
import { startApiServer } from '../api-server';
import { apiServerPrograms } from '../api-server-programs';
import { Audit } from '../audit';
import { installDefinitions, makeNamespace, waitUntilEstablished } from '../crd/definitions';
import { runExclusively } from '../exclusive';
import { describeWithApi, kubectl, tryKubectl } from '../kubectl';
import { grantWebhooks, makeAccount } from './account';
import { buildPrograms, Launched } from './launched';
import { applyConfigurations } from './webhook-configurations';

const HOME = 'flood-home';
const PATH = '/validate/nats-operator';

/** The address of whoever floods the port; the API server has another. */
const FLOOD = '127.0.0.2';

/** Bytes, as values.yaml limits the container that admits. */
const MEMORY_LIMIT = 320 * 1_048_576;

const MIB = 'x'.repeat(1_048_576);

/** A review of 1.5 MB whose object no CRD has seen. */
const COSTLY = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'u',
    kind: { group: 'nats.io', version: 'v1alpha2', kind: 'NatsCluster' },
    operation: 'CREATE',
    namespace: 'n',
    name: 'c',
    object: {
      apiVersion: 'nats.io/v1alpha2',
      kind: 'NatsCluster',
      metadata: { name: 'c' },
      spec: {
        pod: { volumeMounts: Array.from({ length: 40_000 }, (_, i) => ({ name: `n${i}`, mountPath: `/m/${i}` })) },
      },
    },
  },
});

const head = (length: number): string =>
  `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

runExclusively();

describeWithApi('a process that admits alone', () => {
  let operator: Launched;
  let user: string;
  let audit: Audit;

  beforeAll(async () => {
    const server = await startApiServer(await apiServerPrograms());
    atEnd(async () => server.stop());
    Object.assign(process.env, { API_TEST_KUBECONFIG: server.kubeconfig, API_TEST_AUDIT_LOG: server.auditLog });
    process.env.KUBECONFIG = server.kubeconfig;
    await installDefinitions();
    await kubectl(['apply', '--server-side', '-f', 'scripts/operator/pepr-store.yaml']);
    await waitUntilEstablished(['crd/peprstores.pepr.dev']);
    await makeNamespace(HOME);
    const programs = await buildPrograms();
    const kubeconfig = join(programs.folder, 'kubeconfig');
    user = await makeAccount('operator', [HOME], kubeconfig);
    await grantWebhooks({ name: 'operator', namespace: HOME });
    audit = await Audit.fromNow();
    // Of the old generation, in MiB: what the launcher takes of that limit.
    process.env.NODE_OPTIONS = '--max-old-space-size=192';
    const flags = ['--webhooks=true', '--controllers=false', '--log-level=error'];
    operator = await Launched.start(programs, { kubeconfig, pod: { name: 'operator', namespace: HOME }, flags });
    await waitFor(async () => operator.isReady(), { what: 'it to be ready' });
    await applyConfigurations(HOME, operator.webhookPort);
    await waitFor(async () => isTrusted(), { what: 'the API server to trust it' });
  }, 180_000);

  const isTrusted = async (): Promise<boolean> => {
    const admission = new AdmissionLoad(HOME);
    await waitFor(() => admission.asked > 0, { what: 'a request' });
    return (await admission.end()).length === 0;
  };

  const beginTcp = async (): Promise<Socket | undefined> =>
    new Promise(resolve => {
      const socket = connectTcp({ host: '127.0.0.1', port: operator.webhookPort, localAddress: FLOOD });
      socket.on('error', () => resolve(undefined));
      socket.once('connect', () => resolve(socket));
    });

  /** A connection through which that was sent; undefined where it was closed before. */
  const begin = async (text: string): Promise<Socket | undefined> => {
    const plain = await beginTcp();
    if (plain === undefined) return undefined;
    return new Promise(resolve => {
      const socket = connect({ socket: plain, rejectUnauthorized: false });
      socket.on('error', () => resolve(undefined));
      socket.once('close', () => resolve(undefined));
      socket.once('secureConnect', () => {
        socket.resume();
        socket.write(text, () => resolve(socket));
      });
    });
  };

  test('holds no Lease, and watches no NatsCluster', async () => {
    const resources = new Set((await audit.of(user)).map(({ objectRef }) => objectRef?.resource));
    expect([...resources].sort()).toEqual(
      ['mutatingwebhookconfigurations', 'peprstores', 'secrets', 'validatingwebhookconfigurations', undefined].sort(),
    );
    expect((await operator.ask('/metrics'))?.text).toContain('nats_operator_leader 0\n');
  });

  test.each([
    ['bodies that never end', async () => begin(head(1_900_000) + MIB)],
    ['headers that never end', async () => begin(`POST ${PATH} HTTP/1.1\r\nx: `)],
    ['handshakes that never end', beginTcp],
    ['reviews that take long', async () => begin(head(Buffer.byteLength(COSTLY)) + COSTLY)],
  ])(
    'a flood of %s from one address fails no request of the API server',
    async (_what, one) => {
      const admission = new AdmissionLoad(HOME);
      const flood = new Flood(one);
      try {
        await waitFor(() => admission.answered > 50 && flood.begun > 50, { what: 'requests on both sides' });
        expect(await residentMemory(operator)).toBeLessThan(MEMORY_LIMIT);
        expect((await operator.ask('/healthz'))?.status).toBe(200);
      } finally {
        await flood.end();
      }
      expect(await admission.end()).toEqual([]);
      expect(operator.process.exitCode).toBeNull();
    },
    90_000,
  );

  test('an object of many values is answered in the time that the API server gives', async () => {
    const extra = { many: Array.from({ length: 60_000 }, () => ({})) };
    const metadata = { name: 'many', namespace: HOME };
    const cluster = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata, spec: { natsConfig: { extra } } };
    const { stderr } = await tryKubectl(['create', '--dry-run=server', '-f', '-'], JSON.stringify(cluster));
    // By its own rules, rather than for want of an answer.
    expect(stderr).toMatch(/admission webhook "admission\.nats\.io" denied the request: \d+ validation errors?:/);
  });

  test('counts what it refuses', async () => {
    const socket = await begin('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
    socket?.end();
    await waitFor(
      async () =>
        /nats_operator_webhook_refused_total\{reason="not_found"\} [1-9]/.test(
          (await operator.ask('/metrics'))?.text ?? '',
        ),
      { what: 'a refusal to be counted' },
    );
  });
});

/** Begins connections as fast as it can, up to some that are open. */
class Flood {
  begun = 0;
  #running = true;
  readonly #open = new Set<Socket>();
  readonly #ended: Promise<unknown>;

  constructor(begin: () => Promise<Socket | undefined>) {
    this.#ended = Promise.all(Array.from({ length: 4 }, async () => this.#goOn(begin)));
  }

  async end(): Promise<void> {
    this.#running = false;
    await this.#ended;
    for (const socket of this.#open) socket.destroy();
  }

  async #goOn(begin: () => Promise<Socket | undefined>): Promise<void> {
    while (this.#running) {
      const socket = await begin();
      this.begun += 1;
      if (socket !== undefined && !socket.destroyed) {
        this.#open.add(socket);
        socket.once('close', () => this.#open.delete(socket));
      }
      if (this.#open.size > 600) await pause(20);
    }
  }
}

/** Bytes. */
async function residentMemory({ process: { pid = 0 } }: Launched): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}
