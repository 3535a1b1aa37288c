import './capabilities/linear-clone';
import { Log, PeprModule } from 'pepr';
import { admission } from './capabilities/admission';
import { namedSecrets, watchNamedSecrets } from './capabilities/named-secrets';
import { natsCluster } from './capabilities/nats-cluster';
import { natsServiceRole } from './capabilities/nats-service-role';
import { controller, kube, scope, stop, runForElection } from './capabilities/operator';
import { runWatches } from './capabilities/run-watches';
import { isBeside, isBuilding, isLaunched, isWatching } from './capabilities/runtime-mode';
import { WEBHOOKS_ONLY, operatorHealth } from './capabilities/vital-signs';
import cfg from './package.json';
import { inBackground } from './src/runtime/in-background';
import type { OperatorOptions, RunningOperator } from './src/operator/operator-interface';

const capabilities = [admission, natsCluster, natsServiceRole, namedSecrets];

if (!isLaunched) {
  new PeprModule(cfg, isBuilding ? capabilities : [admission]);
  if (isWatching) {
    watch();
    // The first is what src/operator/shutdown/drain-connections.ts makes of the second, half a second before it.
    for (const signal of ['SIGUSR2', 'SIGTERM'] as const) {
      process.once(signal, () => inBackground(isBeside ? end : stop, Log, 'failed to stop the work cleanly'));
    }
  }
}

/** Beside a cluster the process has nobody left to serve then. */
async function end(): Promise<void> {
  try {
    await stop();
  } finally {
    process.exit();
  }
}

/** Any: src/operator/webhooks takes over what Pepr's server would answer. */
const ANY_PORT = 0;

/** Starts the operator in the process of its launcher, which has prepared it. */
export function launch({ webhooks, controllers }: OperatorOptions): RunningOperator {
  if (webhooks) new PeprModule(cfg, [admission], { deferStart: true }).start(ANY_PORT);
  if (!controllers) return WEBHOOKS_ONLY;
  watch();
  return operatorHealth();
}

function watch(): void {
  runWatches(kube, scope, controller, capabilities);
  watchNamedSecrets();
  runForElection();
}
