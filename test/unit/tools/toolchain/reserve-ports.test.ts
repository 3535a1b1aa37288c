import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { reservePorts } from '../../../../tools/toolchain/reserve-ports';

const source = JSON.stringify(join(__dirname, '../../../../tools/toolchain/reserve-ports.ts'));

/** What another process is given that tries the ports from that one on. */
function reservedElsewhere(count: number, from: number): number[] {
  const program = `require(${source}).reservePorts(${count}, ${from}).then(ports => console.log(JSON.stringify(ports)))`;
  const args = ['--require', require.resolve('tsx/cjs'), '-e', program];
  return JSON.parse(execFileSync(process.execPath, args).toString()) as number[];
}

async function listen(port: number, host?: string): Promise<Server> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  return server;
}

const close = async (server: Server): Promise<unknown> => once(server.close(), 'close');

describe('reservePorts', () => {
  it('gives ports that a server can listen on, none of them twice', async () => {
    const ports = [...(await reservePorts(20, 25_000)), ...(await reservePorts(20, 25_000))];
    expect(new Set(ports).size).toBe(40);
    for (const port of ports) await close(await listen(port));
  });

  it('gives no port that another process was given, nor one that somebody listens on', async () => {
    const own = await reservePorts(5, 29_998);
    const [occupied = 0] = reservedElsewhere(1, 29_998);
    expect(own).not.toContain(occupied);
    const server = await listen(occupied, '127.0.0.1');
    expect([...own, occupied]).not.toContain(reservedElsewhere(1, 29_998)[0]);
    await close(server);
  });

  it('stays below the ports that the system gives to whoever asks for any', async () => {
    const server = await listen(0, '127.0.0.1');
    const { port } = server.address() as AddressInfo;
    await close(server);
    expect(port).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...(await reservePorts(10)))).toBeLessThan(30_000);
  });
});
