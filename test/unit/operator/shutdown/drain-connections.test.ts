import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drainOptions } from '../../../../scripts/image/operator-bundle';

/** As Pepr's module does: it serves, and closes at SIGTERM. */
const MODULE = `
  const server = require('node:http').createServer((_, response) => response.end('ok'));
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.on('SIGTERM', () => server.close(() => process.exit(143)));`;

/** As Pepr's entry program does: it forks the module and knows of no signal. */
const ENTRY = `require('node:child_process').fork(require('node:path').join(__dirname, 'module.js'));`;

describe('a stopping operator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'drain-'));
  const entry = join(folder, 'pepr/dist/controller.js');
  const started: ChildProcess[] = [];

  beforeAll(async () => {
    mkdirSync(join(folder, 'pepr/dist'), { recursive: true });
    writeFileSync(entry, ENTRY);
    writeFileSync(join(folder, 'pepr/dist/module.js'), MODULE);
    await build({ ...drainOptions, outfile: join(folder, 'drain.cjs') });
  });

  afterAll(() => {
    for (const child of started) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  /** Starts the entry program in a process group of its own, as a container has. */
  async function start(
    environment: Readonly<Record<string, string>>,
  ): Promise<{ process: ChildProcess; port: number }> {
    const args = [`--require=${join(folder, 'drain.cjs')}`, entry];
    const env = { PATH: process.env.PATH, NODE_OPTIONS: args[0], ...environment };
    const child = spawn(process.execPath, [entry], { env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(child);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { process: child, port: Number(line.toString()) };
  }

  test('answers on, asks its callers to go elsewhere, and ends', async () => {
    const { process: operator, port } = await start({});
    const agent = new Agent({ keepAlive: true });
    expect((await ask(port, agent)).headers).toMatchObject({ connection: 'keep-alive', 'keep-alive': 'timeout=120' });
    const ended = once(operator, 'exit');
    operator.kill('SIGTERM');
    await waitForClose(port, agent);
    await expect(ended).resolves.toEqual([0, null]);
  });

  test('ends at once where it only watches', async () => {
    const { process: operator, port } = await start({ PEPR_WATCH_MODE: 'true' });
    const since = Date.now();
    operator.kill('SIGTERM');
    await once(operator, 'exit');
    expect(Date.now() - since).toBeLessThan(2_500);
    await expect(ask(port, new Agent())).rejects.toThrow('ECONNREFUSED');
  });
});

async function ask(port: number, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get({ port, agent, host: '127.0.0.1' }, response => resolve(response.resume())).on('error', reject);
  });
}

/** Asks until an answer closes its connection; every answer until then has to come. */
async function waitForClose(port: number, agent: Agent): Promise<void> {
  const deadline = Date.now() + 2_500;
  while ((await ask(port, agent)).headers.connection !== 'close') {
    if (Date.now() > deadline) throw new Error('no answer asked to connect anew');
  }
}
