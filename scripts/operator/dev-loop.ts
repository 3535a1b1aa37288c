import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { context } from 'esbuild';
import { bundleOptions } from '../image/operator-bundle';
import { projectRoot } from '../image/project-root';
import { say } from '../../tools/toolchain/progress';
import { applyCrds } from './apply-crds';
import { type ClusterAccess, kubectl } from './cluster-access';
import { comeForward, standAside } from './deployed-operator';
import { makeDevCertificate } from './dev-certificate';
import { installDevWebhooks, removeDevWebhooks } from './dev-webhooks';
import { type OperatorOptions, type OperatorProcess, startOperatorProcess } from './operator-process';
import { watchSource } from './source-watch';
import { byManifests } from './ways';

const FOLDER = join(projectRoot, '.work/dev');
const BUNDLE = join(FOLDER, 'operator.cjs');

/** The loop that runs. */
export interface DevLoop {
  /** Ends the operator and leaves the cluster as it was found: a deployed operator works again. */
  readonly stop: () => Promise<void>;
}

/**
 * Runs this checkout's operator as one process beside the cluster, watching and admitting, anew at each change of its source. A deployed operator stands
 * aside meanwhile.
 *
 * @param address an IP or a name at which the API server reaches this process
 */
export async function startDevLoop(cluster: ClusterAccess, address: string): Promise<DevLoop> {
  const tls = await makeDevCertificate(FOLDER, address);
  const apiPath = randomBytes(32).toString('hex');
  await applyCrds(cluster);
  await kubectl(cluster, ['apply', '--server-side', '-f', join(__dirname, 'pepr-store.yaml')]);
  await standAside(cluster);
  const env = await placeOf(cluster);
  const sources = await restartAtChanges(cluster, { bundle: BUNDLE, tls, apiPath, env });
  await installDevWebhooks(cluster, { address, caBundle: tls.caBundle, apiPath });
  return {
    stop: async () => {
      await removeDevWebhooks(cluster);
      await sources.stop();
      await comeForward(cluster);
    },
  };
}

/** It takes the place of a deployed operator, whose namespace the webhook configuration names: one elsewhere would stay out (docs/adr/0011-leases.md). */
async function placeOf(cluster: ClusterAccess): Promise<Record<string, string>> {
  const path = '{.webhooks[*].clientConfig.service.namespace}';
  const configuration = ['validatingwebhookconfiguration', byManifests.webhooks.configuration];
  const args = ['get', ...configuration, '--ignore-not-found', '-o', `jsonpath=${path}`];
  const [namespace = ''] = (await kubectl(cluster, args)).trim().split(/\s+/);
  return namespace === '' ? {} : { POD_NAMESPACE: namespace };
}

/** A change that does not compile leaves the operator running as it was; esbuild says what is wrong. */
async function restartAtChanges(cluster: ClusterAccess, options: OperatorOptions): Promise<DevLoop> {
  let running: OperatorProcess | undefined;
  const restart = async () => {
    await running?.stop();
    running = startOperatorProcess(cluster, options);
    sayWhenItEnds(running);
  };
  const sources = await context({
    ...bundleOptions(BUNDLE),
    logLevel: 'info',
    plugins: [
      {
        name: 'restart',
        setup: build => build.onEnd(({ errors }) => (errors.length === 0 ? restart() : undefined)),
      },
    ],
  });
  const rebuild = async () => {
    // What does not compile, esbuild has told already.
    await sources.rebuild().catch(() => undefined);
  };
  await rebuild();
  const unwatch = watchSource(() => void rebuild());
  return {
    stop: async () => {
      unwatch();
      await sources.dispose();
      await running?.stop();
    },
  };
}

function sayWhenItEnds({ ended }: OperatorProcess): void {
  void ended.then(how => {
    if (how !== undefined) say(`the operator has ended (${how}); the next change of its source starts it again`);
  });
}
