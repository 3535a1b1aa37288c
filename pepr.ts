import './capabilities/linear-clone';
import { Log, PeprModule } from 'pepr';
import { admission } from './capabilities/admission';
import { namedSecrets, watchNamedSecrets } from './capabilities/named-secrets';
import { natsCluster } from './capabilities/nats-cluster';
import { natsServiceRole } from './capabilities/nats-service-role';
import { controller, kube, scope, stop, runForElection } from './capabilities/operator';
import { runInformers } from './capabilities/informers';
import { isBeside, isBuilding, isLaunched, isWatching } from './capabilities/runtime-mode';
import { WEBHOOKS_ONLY, operatorHealth } from './capabilities/operator-health';
import cfg from './package.json';
import { inBackground } from './src/runtime/in-background';
import type { OperatorOptions, RunningOperator } from './src/operator/operator-interface';

const capabilities = [admission, natsCluster, natsServiceRole, namedSecrets];

if (!isLaunched) {
  new PeprModule(cfg, isBuilding ? capabilities : [admission]);
  if (isWatching) {
    watch();
    // src/operator/shutdown/drain-connections.ts sends SIGUSR2 half a second before SIGTERM.
    for (const signal of ['SIGUSR2', 'SIGTERM'] as const) {
      process.once(signal, () => inBackground(isBeside ? stopAndExit : stop, Log, 'Failed to shut down gracefully'));
    }
  }
}

/** Outside of a cluster there are no callers to drain. */
async function stopAndExit(): Promise<void> {
  try {
    await stop();
  } finally {
    process.exit();
  }
}

/** Any port: src/operator/webhooks serves the requests instead of Pepr's server. */
const ANY_PORT = 0;

/** Starts the operator in the process of the operator binary. */
export function launch({ webhooks, controllers }: OperatorOptions): RunningOperator {
  if (webhooks) new PeprModule(cfg, [admission], { deferStart: true }).start(ANY_PORT);
  if (!controllers) return WEBHOOKS_ONLY;
  watch();
  return operatorHealth();
}

function watch(): void {
  runInformers(kube, scope, controller, capabilities);
  watchNamedSecrets();
  runForElection();
}
