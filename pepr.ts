import { PeprModule } from 'pepr';
import { admission } from './capabilities/admission';
import { namedSecrets, watchNamedSecrets } from './capabilities/named-secrets';
import { natsCluster } from './capabilities/nats-cluster';
import { natsServiceRole } from './capabilities/nats-service-role';
import { controller, kube, scope } from './capabilities/operator';
import { runWatches } from './capabilities/run-watches';
import { isBuilding, isLaunched, isWatching } from './capabilities/runtime-mode';
import cfg from './package.json';
import type { LaunchOptions, RunningOperator } from './src/launcher/running-operator';

const capabilities = [admission, natsCluster, natsServiceRole, namedSecrets];

if (!isLaunched) {
  new PeprModule(cfg, isBuilding ? capabilities : [admission]);
  if (isWatching) watch();
}

/** Starts the operator in the process of its launcher, which has prepared it. */
export function launch({ webhookPort }: LaunchOptions): RunningOperator {
  if (webhookPort !== undefined) new PeprModule(cfg, [admission], { deferStart: true }).start(webhookPort);
  watch();
  return {
    unready: () => kube.signs.unlisted().map(name => `not all is known yet of ${name}`),
    stop: async () => {
      controller.stop();
      await Promise.resolve();
    },
  };
}

function watch(): void {
  runWatches(kube, scope, capabilities);
  watchNamedSecrets();
}
