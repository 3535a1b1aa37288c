import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../tools/toolchain/until';
import { NoAnswerError } from '../../../src/runtime/api-error';
import { KubeClient } from '../../../src/runtime/kube-client';
import { withDeadline } from '../../../src/runtime/request-signal';
import { makeAuthority, makeIdentity, type Identity } from '../../fixtures/certificates';
import { kubeconfigOf } from './loopback-api';

const DEADLINE = 10_000;

describe('the connection to the API server', () => {
  let folder: string;
  let server: Server | undefined;
  const file = (name: string): string => join(folder, name);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kube-connection-'));
    process.env.KUBECONFIG = file('kubeconfig');
  });

  afterEach(async () => {
    await close();
    delete process.env.KUBECONFIG;
    await rm(folder, { recursive: true });
  });

  const close = async (): Promise<void> => {
    server?.closeAllConnections();
    if (server?.listening === true) await once(server.close(), 'close');
  };

  /** @returns the port that it listens on */
  const serve = async ({ cert, key }: Identity, port = 0, answers = true): Promise<number> => {
    server = createServer({ cert, key }, (_request, response) => {
      if (answers) response.writeHead(200, { 'content-type': 'application/json' }).end('{"kind":"Thing"}');
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };

  const configure = async (port: number): Promise<void> =>
    writeFile(
      file('kubeconfig'),
      kubeconfigOf(`https://127.0.0.1:${port}`, { 'certificate-authority': file('ca.crt') }),
    );

  it('is found at the next request where the first one could not find it', async () => {
    const authority = await makeAuthority();
    const port = await serve(await makeIdentity({ names: ['IP:127.0.0.1'] }, authority));
    await writeFile(file('kubeconfig'), 'clusters: 3');
    const kube = new KubeClient();
    await expect(kube.get('/x')).rejects.toThrow(NoAnswerError);
    await writeFile(file('ca.crt'), authority.cert);
    await configure(port);
    expect(await kube.get('/x')).toEqual({ kind: 'Thing' });
  });

  it('trusts a CA that has taken the place of the former in its file', async () => {
    const [former, next] = [await makeAuthority('former'), await makeAuthority('next')];
    const port = await serve(await makeIdentity({ names: ['IP:127.0.0.1'] }, former));
    await writeFile(file('ca.crt'), former.cert);
    await configure(port);
    const kube = new KubeClient();
    expect(await kube.get('/x')).toEqual({ kind: 'Thing' });
    await close();
    await serve(await makeIdentity({ names: ['IP:127.0.0.1'] }, next), port);
    await writeFile(file('ca.crt'), next.cert);
    const trusts = async (): Promise<boolean> =>
      kube.get('/x').then(
        () => true,
        () => false,
      );
    expect(await until(trusts, DEADLINE)).toBe(true);
  });

  it('is given up by a work that has taken too long, and by no other', async () => {
    const authority = await makeAuthority();
    const port = await serve(await makeIdentity({ names: ['IP:127.0.0.1'] }, authority), 0, false);
    await writeFile(file('ca.crt'), authority.cert);
    await configure(port);
    const kube = new KubeClient({ timeout: DEADLINE });
    const other = kube.get('/y').then(
      () => 'answered',
      (error: unknown) => String(error),
    );
    await expect(withDeadline(100, async () => kube.get('/x'))).rejects.toThrow('deadline of 0.1 s exceeded');
    await close();
    expect(await other).not.toContain('took longer');
  });
});
