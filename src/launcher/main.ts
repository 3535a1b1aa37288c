import { writeSync } from 'node:fs';
import { KubeClient } from '../controller/kube-client';
import { ownPod } from '../controller/own-pod';
import { parseFlags, usage, type Flags } from './flags';
import { serveHealth } from './health-server';
import { loadModule } from './load-module';
import { operatorEnvironment } from './operator-environment';
import type { RunningOperator } from './running-operator';
import { FAREWELL, keepingSignals, stopOnSignal } from './stop';
import { waitForApiServer } from './wait-for-api-server';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/** Exit codes: 1 where the operator can't start, 2 where the command line is wrong. */
async function main(): Promise<void> {
  const flags = readFlags();
  Object.assign(process.env, operatorEnvironment(flags));
  // Its logger takes the level from the environment, at once.
  const { Log } = await import('pepr');
  const running: { operator?: RunningOperator } = {};
  const farewell = flags.webhooks ? FAREWELL : 0;
  const stopping = stopOnSignal(Log, { farewell, stop: async () => running.operator?.stop() });
  const unready = (): readonly string[] =>
    stopping() ? ['it is being stopped'] : (running.operator?.unready() ?? ['it is being started']);
  await serveHealth(flags.healthPort, { unhealthy: () => [], unready });
  await waitForApiServer(new KubeClient(), Log);
  const webhookPort = flags.webhooks ? flags.webhookPort : undefined;
  running.operator = keepingSignals(() => loadModule().launch({ webhookPort }));
}

function readFlags(): Flags {
  try {
    const flags = parseFlags(process.argv.slice(2), ownPod(process.env).namespace);
    if (flags !== undefined) return flags;
    writeSync(STANDARD_OUTPUT, `${usage}\n`);
    return process.exit(0);
  } catch (error) {
    writeSync(STANDARD_ERROR, `${error instanceof Error ? error.message : String(error)}\n\n${usage}\n`);
    return process.exit(2);
  }
}

main().catch((error: unknown) => {
  writeSync(STANDARD_ERROR, `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
