import { writeSync } from 'node:fs';
import { ownPod } from '../runtime/own-pod';
import { setServerTimeouts } from './shutdown/server-timeouts';
import { parseFlags, usage, type Flags } from './flags';
import { healthOf } from './health';
import { serveHealth } from './health-server';
import { operatorEnvironment } from './environment';
import { startOperator, type Started } from './start';
import { SHUTDOWN_DELAY_MS, stopOnSignal } from './graceful-shutdown';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/** Exit codes: 1 if the operator cannot start, 2 for an invalid command line. */
async function main(): Promise<void> {
  const flags = readFlags();
  Object.assign(process.env, operatorEnvironment(flags));
  setServerTimeouts();
  // Pepr's logger reads its level from the environment on import.
  const { Log } = await import('pepr');
  const running: { started?: Started } = {};
  const stopping = stopOnSignal(Log, {
    shutdownDelay: flags.webhooks ? SHUTDOWN_DELAY_MS : 0,
    stop: async () => running.started?.operator.stop(),
  });
  await serveHealth(
    flags.healthPort,
    healthOf(() => running.started, stopping),
    Log,
  );
  running.started = await startOperator(flags, ownPod(process.env), Log);
}

function readFlags(): Flags {
  try {
    const flags = parseFlags(process.argv.slice(2), ownPod(process.env).namespace);
    if (flags !== undefined) return flags;
    writeSync(STANDARD_OUTPUT, `${usage}\n`);
    return process.exit(0);
  } catch (error) {
    writeSync(STANDARD_ERROR, `${messageOf(error)}\n\n${usage}\n`);
    return process.exit(2);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

main().catch((error: unknown) => {
  writeSync(STANDARD_ERROR, `${messageOf(error)}\n`);
  process.exit(1);
});
