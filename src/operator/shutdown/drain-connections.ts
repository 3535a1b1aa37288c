import { sendConnectionClose } from './close-connections';
import { setServerTimeouts } from './server-timeouts';

/**
 * Preloaded into the operator's processes by the image (`node --require`), so that a stopping pod finishes what it was asked.
 *
 * Pepr's entry program forks the module and does not pass SIGTERM on: both would live until SIGKILL tears an admission request
 * apart. The module itself closes its port at once, while the API server still sends requests to it. So the entry program's
 * SIGTERM becomes a SIGUSR2 to all its processes: the module goes on answering, asks each caller to connect anew, which leads
 * elsewhere, and stops when no caller is left.
 */

/** Milliseconds until every node knows that the pod is no longer an endpoint; within the 5 s that Pepr's pods have to stop. */
const DRAIN = 3_000;

/** Milliseconds for the one that watches to end its work and give up its Lease; it serves nobody. */
const LAST_WORDS = 500;

const isEntryProgram = process.argv[1]?.endsWith('/pepr/dist/controller.js') ?? false;
const isWatcher = process.env.PEPR_WATCH_MODE === 'true';
/** That one knows all this itself: src/operator. */
const isOperatorProcess = process.argv[1]?.endsWith('/nats-operator.cjs') ?? false;

if (!isOperatorProcess) {
  setServerTimeouts();
  if (isEntryProgram) passTerminationOn();
  else process.once('SIGUSR2', drain);
}

function passTerminationOn(): void {
  process.once('SIGTERM', () => {
    process.once('SIGUSR2', () => undefined);
    // Process group 0 is our own: ourselves and what we have forked.
    process.kill(0, 'SIGUSR2');
  });
}

function drain(): void {
  sendConnectionClose();
  setTimeout(() => process.kill(process.pid, 'SIGTERM'), isWatcher ? LAST_WORDS : DRAIN);
}
