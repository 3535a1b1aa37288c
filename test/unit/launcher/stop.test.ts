import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One whose work does not end, so that it lives on after its farewell. */
const OPERATOR = `
  import { createServer } from 'node:http';
  import { stopOnSignal } from './src/launcher/stop';
  stopOnSignal({ info() {} }, { farewell: 100, stop: () => new Promise(() => {}) });
  const server = createServer((_, response) => response.end('ok'));
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

test('an operator that is told to end closes idle connections before it does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stop-'));
  const outfile = join(folder, 'operator.cjs');
  const stdin = { contents: OPERATOR, resolveDir: process.cwd(), loader: 'js' as const };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs' });
  const operator = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(operator.stdout, 'data')) as [Buffer];
    const request = get({ port: Number(line.toString()), host: '127.0.0.1', agent: new Agent({ keepAlive: true }) });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.headers.connection).toBe('keep-alive');
    const closed = once(response.socket, 'close', { signal: AbortSignal.timeout(3_000) });
    await once(response.resume(), 'end');
    operator.kill('SIGTERM');
    await closed;
    expect(operator.exitCode).toBeNull();
  } finally {
    operator.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
