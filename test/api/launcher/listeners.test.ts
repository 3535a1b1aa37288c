import * as fc from 'fast-check';
import { join } from 'node:path';
import { httpBytes } from '../../arbitraries/http-bytes';
import { waitFor } from '../../cluster/support/wait-for';
import { exchange, statusOf } from '../../fixtures/exchange';
import { installDefinitions, makeNamespace, waitUntilEstablished } from '../crd/definitions';
import { describeWithApi, kubectl } from '../kubectl';
import { grantWebhooks, makeAccount } from './account';
import { buildPrograms, Launched, type Programs } from './launched';

const HOME = 'listeners-home';
const RUNS = 300;
const PING = 'GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';

describeWithApi('the ports of an operator that runs', () => {
  let programs: Programs;
  let operator: Launched;

  beforeAll(async () => {
    await installDefinitions();
    await kubectl(['apply', '--server-side', '-f', 'scripts/operator/pepr-store.yaml']);
    await waitUntilEstablished(['crd/peprstores.pepr.dev']);
    await makeNamespace(HOME);
    programs = await buildPrograms();
    const kubeconfig = join(programs.folder, 'kubeconfig');
    await makeAccount('operator', [HOME], kubeconfig);
    await grantWebhooks({ name: 'operator', namespace: HOME });
    const pod = { name: 'operator', namespace: HOME };
    operator = await Launched.start(programs, { kubeconfig, pod, flags: ['--webhooks=true', '--log-level=error'] });
    await waitFor(async () => operator.isReady(), { what: 'the operator to be ready' });
  }, 90_000);

  test.each([
    ['health and metrics', false],
    ['the webhooks', true],
  ])(
    'that of %s answers on, whatever is sent to it',
    async (_what, secure) => {
      const port = secure ? operator.webhookPort : operator.healthPort;
      await fc.assert(
        fc.asyncProperty(httpBytes, async bytes => {
          const status = statusOf(await exchange(port, bytes, secure)) ?? 400;
          expect(status).not.toBe(503);
          expect(operator.process.exitCode).toBeNull();
        }),
        { numRuns: RUNS },
      );
      // One address may ask for health so many times in a second.
      await waitFor(async () => statusOf(await exchange(port, PING, secure)) === 200, { what: 'an answer' });
      // What speaks no TLS, or stops in the middle of it, is no request at all.
      for (const text of [PING, '\u0016\u0003\u0001', '']) await exchange(operator.webhookPort, text);
      expect(await operator.isReady()).toBe(true);
      expect(operator.process.exitCode).toBeNull();
    },
    120_000,
  );
});
