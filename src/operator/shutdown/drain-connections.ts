import { sendConnectionClose } from './close-connections';
import { setServerTimeouts } from './server-timeouts';

/**
 * Preloaded into the operator's processes by the image (`node --require`), so that a terminating pod completes its
 * requests.
 *
 * Pepr's entry program forks the module and does not forward SIGTERM: both would run until SIGKILL interrupts an
 * admission request. The module itself would close its port immediately, while the API server still sends requests. So
 * the entry program forwards SIGTERM as SIGUSR2 to all its processes: the module keeps serving with `Connection:
 * close`, so that callers reconnect to another endpoint, and then stops.
 */

/** Milliseconds until every node has removed the pod's endpoint; less than the 5 s grace period of Pepr's pods. */
const DRAIN_MS = 3_000;

/** Milliseconds for the watch process, which serves no requests, to stop and release its Lease. */
const WATCHER_GRACE_MS = 500;

const isEntryProgram = process.argv[1]?.endsWith('/pepr/dist/controller.js') ?? false;
const isWatcher = process.env.PEPR_WATCH_MODE === 'true';
/** The operator binary handles signals itself: src/operator. */
const isOperatorProcess = process.argv[1]?.endsWith('/nats-operator.cjs') ?? false;

if (!isOperatorProcess) {
  setServerTimeouts();
  if (isEntryProgram) forwardSigterm();
  else process.once('SIGUSR2', drain);
}

function forwardSigterm(): void {
  process.once('SIGTERM', () => {
    process.once('SIGUSR2', () => undefined);
    // Process group 0 is this process and its children.
    process.kill(0, 'SIGUSR2');
  });
}

function drain(): void {
  sendConnectionClose();
  setTimeout(() => process.kill(process.pid, 'SIGTERM'), isWatcher ? WATCHER_GRACE_MS : DRAIN_MS);
}
