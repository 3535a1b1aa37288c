import { build } from 'esbuild';
import * as fc from 'fast-check';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpBytes } from '../../arbitraries/http-bytes';
import { exchange, statusOf } from '../../fixtures/exchange';

/** The server in a process of its own, for what nobody catches there must end that one and not the test. Its metrics fail on demand. */
const OPERATOR = `
  import { serveHealth } from './src/operator/health-server';
  const log = { info() {}, warn: (fields, message) => console.error(message, fields.error) };
  const unready = () => { throw new Error('no reasons'); };
  const metrics = { text: async () => Promise.reject(new Error('no metrics')), type: 'text/plain' };
  serveHealth(0, { livenessFailures: () => [], readinessFailures: unready, metrics }, log, { take: () => true, allows: () => true }).then(server => console.log(server.address().port));`;

const get = (target: string): string => `GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`;

describe('the health server', () => {
  let folder: string;
  let operator: ChildProcess;
  let port: number;

  const status = async (target: string): Promise<number | undefined> => statusOf(await exchange(port, get(target)));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'health-'));
    const outfile = join(folder, 'operator.cjs');
    const stdin = { contents: OPERATOR, resolveDir: process.cwd(), loader: 'js' as const };
    await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs' });
    const child = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'ignore'] });
    operator = child;
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    port = Number(line.toString());
  });

  afterAll(() => {
    operator.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  afterEach(async () => {
    expect(operator.exitCode).toBeNull();
    expect(await status('/healthz')).toBe(200);
  });

  test.each([
    ['//', 404],
    ['//%', 404],
    ['//:80', 404],
    ['/\\\\', 404],
    ['/%', 404],
    ['/nothing', 404],
    ['http://[', 400],
    ['*', 400],
    ['/healthz?verbose', 200],
    ['/healthz#a', 200],
    ['http://localhost:8080/healthz', 200],
  ])('answers %s with %d', async (target, expected) => {
    expect(await status(target)).toBe(expected);
  });

  it('allows only GET and HEAD', async () => {
    const answer = await exchange(
      port,
      'POST /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx',
    );
    expect(statusOf(answer)).toBe(405);
  });

  it.each(['/metrics', '/readyz'])('responds to %s with 500 after an internal error', async target => {
    expect(await status(target)).toBe(500);
  });

  it('survives malformed requests', async () => {
    await fc.assert(
      fc.asyncProperty(httpBytes, async bytes => {
        await exchange(port, bytes);
        expect(operator.exitCode).toBeNull();
      }),
      { numRuns: 300 },
    );
    // A connection each: on a busy machine that takes its time.
  }, 120_000);
});
