import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsServerBinary } from '../../tools/toolchain/nats-server';
import { reservePort } from '../../tools/toolchain/reserve-ports';
import { openClient } from '../cluster/support/client';
import { describeNats } from './support/describe-nats';
import { MountedSecret } from './support/mounted-secret';
import { buildReloader, RunningProgram } from './support/reloader-process';

const TOLD = 'sent SIGHUP to nats-server';
const RELOADED = 'Reloaded server configuration';
const STARTED = 'Server is ready';

describeNats('the reloader beside a real server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nats-operator-reloader-'));
  const pidFile = join(folder, 'nats.pid');
  const running: RunningProgram[] = [];
  let program = '';
  let port = 0;
  let secret = new MountedSecret(join(folder, 'config'));
  let config = '';

  beforeAll(async () => {
    program = await buildReloader(folder);
    port = await reservePort();
  });
  beforeEach(() => {
    secret = new MountedSecret(mkdtempSync(join(folder, 'config-')));
    config = join(secret.folder, 'nats.conf');
    secret.update({ 'nats.conf': users('first') });
    rmSync(pidFile, { force: true });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map(each => each.end('SIGKILL')));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const users = (password: string): string =>
    `port: ${port}, host: 127.0.0.1, authorization: {users: [{user: a, password: ${password}}]}`;

  const run = (command: string, args: readonly string[]): RunningProgram => {
    const started = new RunningProgram(command, args);
    running.push(started);
    return started;
  };
  const reload = (...args: readonly string[]): RunningProgram => run(process.execPath, [program, ...args]);

  async function startServer(): Promise<RunningProgram> {
    const server = run(await natsServerBinary('2.15.2'), ['-c', config, '-P', pidFile]);
    await server.says(STARTED);
    return server;
  }

  async function startBoth(): Promise<{ server: RunningProgram; reloader: RunningProgram }> {
    const server = await startServer();
    const reloader = reload('-pid', pidFile, '-config', config);
    await reloader.says('watching');
    return { server, reloader };
  }

  const logIn = async (password: string): Promise<void> => {
    const client = await openClient(`127.0.0.1:${port}`, { user: 'a', pass: password });
    await client.close();
  };

  test('brings a changed password to the server, which refuses the old one', async () => {
    const { server } = await startBoth();
    await logIn('first');
    secret.update({ 'nats.conf': users('second') });
    await server.says(RELOADED);
    await logIn('second');
    await expect(logIn('first')).rejects.toThrow(/authorization violation/i);
  });

  test('signals once for each change of content, and never for an update that changes nothing', async () => {
    const { server, reloader } = await startBoth();
    secret.update({ 'nats.conf': users('first') });
    secret.update({ 'nats.conf': users('second') });
    await server.says(RELOADED);
    secret.update({ 'nats.conf': users('second') });
    secret.update({ 'nats.conf': users('third') });
    await server.says(RELOADED, 2);
    await logIn('third');
    expect(reloader.count(TOLD)).toBe(2);
  });

  test('never writes what a file holds into its log', async () => {
    const { reloader } = await startBoth();
    secret.update({ 'nats.conf': users('planted-secret') });
    await reloader.says(TOLD);
    expect(reloader.count('planted')).toBe(0);
    expect(reloader.count(config)).toBeGreaterThan(0);
  });

  test('catches up where a file changed before it watched', async () => {
    const server = await startServer();
    utimesSync(pidFile, new Date(0), new Date(0));
    secret.update({ 'nats.conf': users('second') });
    reload('-pid', pidFile, '-config', config);
    await server.says(RELOADED);
    await logIn('second');
  });

  test('finds a change that no event tells of by looking now and then', async () => {
    const { server } = await startBoth();
    // The file is a link into a folder that nobody watches.
    writeFileSync(config, users('second'));
    await server.says(RELOADED);
    await logIn('second');
  });

  test('waits for a server that comes late, and then tells it', async () => {
    const reloader = reload('-pid', pidFile, '-config', config);
    await reloader.says('watching');
    secret.update({ 'nats.conf': users('second') });
    await reloader.says('contains no process ID yet');
    const server = await startServer();
    await server.says(RELOADED);
  });

  test('leaves a process alone that has got the number of a server that is gone', async () => {
    const bystander = run('sleep', ['60']);
    writeFileSync(pidFile, String(bystander.pid));
    const reloader = reload('-pid', pidFile, '-config', config);
    await reloader.says('watching');
    secret.update({ 'nats.conf': users('second') });
    await reloader.says('is not nats-server');
    rmSync(pidFile);
    const server = await startServer();
    await server.says(RELOADED);
    expect(await bystander.end('SIGTERM')).toBeNull();
  });

  test.each([
    ['one dash', ['-pid', pidFile, '-config', 'FILE']],
    ['two dashes', ['--pid', pidFile, '--config', 'FILE']],
    ['an equals sign', [`-pid=${pidFile}`, `--config=FILE`]],
    ['letters', ['-P', pidFile, '-c', 'FILE']],
  ])('takes its arguments with %s', async (_form, args) => {
    const reloader = reload(...args.map(word => word.replace('FILE', config)));
    await reloader.says(`"pidFile":"${pidFile}","files":["${config}"]`);
    expect(await reloader.end('SIGTERM')).toBe(0);
  });

  test.each([
    [['-config', '/etc/nats.conf'], '-pid is required'],
    [['-pid', '/nats.pid'], '-config is required'],
    [
      ['-pid', '/nats.pid', '-config', '/nats.conf', '-signal', 'HANGUP'],
      '-signal must be a signal such as SIGHUP, got HANGUP',
    ],
    [['-pid', '/nats.pid', '-config', '/nats.conf', '-pause'], "Unknown option '--pause'"],
  ])('refuses %j', async (args, words) => {
    const reloader = reload(...args);
    expect(await reloader.ended()).toBe(2);
    await reloader.says(words);
    await reloader.says('-config, -c FILE');
  });

  test('gives up after as many tries as it was told, so that its container is started anew', async () => {
    const args = ['-pid', pidFile, '-config', config, '-max-retries', '2', '-retry-wait-secs', '0.01'];
    const reloader = reload(...args);
    await reloader.says('watching');
    secret.update({ 'nats.conf': users('second') });
    expect(await reloader.ended()).toBe(1);
    await reloader.says('giving up');
  });
});
