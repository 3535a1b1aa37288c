import { build } from 'esbuild';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';
import { join } from 'node:path';

/** An operator whose work ends as `stop` says. */
const operatorThat = (stop: string): string => `
  import { createServer } from 'node:http';
  import { stopOnSignal } from './src/operator/graceful-shutdown';
  stopOnSignal({ info() {}, warn: (_, message) => console.log(message) }, { farewell: 100, stop: ${stop} });
  const server = createServer((_, response) => response.end('ok'));
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

/** Its work does not end, so that it lives on after its farewell. */
const BUSY = operatorThat('() => new Promise(() => {})');

/** The API server answers its Lease with 500. */
const FAILING = operatorThat("async () => { throw new Error('500'); }");

interface Running {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly port: number;
}

async function withOperator(contents: string, work: (operator: Running) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stop-'));
  const outfile = join(folder, 'operator.cjs');
  const stdin = { contents, resolveDir: process.cwd(), loader: 'js' as const };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs' });
  const operator = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(operator.stdout, 'data')) as [Buffer];
    await work({ process: operator, port: Number(line.toString()) });
  } finally {
    operator.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

async function ask(port: number): Promise<IncomingMessage> {
  const request = get({ port, host: '127.0.0.1', agent: new Agent({ keepAlive: true }) });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

test('closes idle connections before it exits', async () => {
  await withOperator(BUSY, async ({ process: operator, port }) => {
    const response = await ask(port);
    expect(response.headers.connection).toBe('keep-alive');
    const closed = once(response.socket, 'close', { signal: AbortSignal.timeout(3_000) });
    await once(response.resume(), 'end');
    operator.kill('SIGTERM');
    await closed;
    expect(operator.exitCode).toBeNull();
  });
});

test('logs a failure to release its Lease, keeps serving and exits with 0', async () => {
  await withOperator(FAILING, async ({ process: operator, port }) => {
    operator.kill('SIGUSR2');
    const [said] = (await once(operator.stdout, 'data')) as [Buffer];
    expect(said.toString()).toContain('Failed to shut down gracefully');
    const response = await ask(port);
    expect(response.statusCode).toBe(200);
    response.destroy();
    const ended = once(operator, 'exit');
    operator.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
