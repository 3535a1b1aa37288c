import { join } from 'node:path';
import { ensureGoProgram, type GoProgram } from './go-program';
import type { NatsVersion } from './nats-versions';

/** The path of a static nats-server of that version, built unless the cache has it. */
export async function natsServerBinary(version: NatsVersion): Promise<string> {
  return join(await ensureGoProgram(natsServer(version)), 'nats-server');
}

function natsServer(version: NatsVersion): GoProgram {
  const module = 'github.com/nats-io/nats-server/v2';
  return { name: 'nats-server', version, module, packages: ['.'], hint: 'about 30 seconds' };
}
