import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { certManagerController, certManagerCrds } from '../../../tools/toolchain/cert-manager';
import { kubectl } from './kubectl';
import { atEnd } from './tear-down';

/** cert-manager's own controller as a process beside the cluster, for one namespace; its webhooks, which refuse mistakes, are not there. */
export interface CertManager {
  /** Ends it, and takes its CRDs out of the cluster: at the file's end, unless it was called before. */
  readonly stop: () => Promise<void>;
}

export async function startCertManager(namespace: string): Promise<CertManager> {
  const crds = (await certManagerCrds()).join('\n---\n');
  const removeCrds = atEnd(async () => kubectl(['delete', '--wait=false', '--ignore-not-found', '-f', '-'], crds));
  await kubectl(['apply', '--server-side', '-f', '-'], crds);
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', '-'], crds);
  const folder = join(projectRoot, '.work/cluster-tests');
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, `${namespace}-cert-manager.log`), 'w');
  const scope = [`--namespace=${namespace}`, `--cluster-resource-namespace=${namespace}`, '--leader-elect=false'];
  const args = [...scope, `--kubeconfig=${process.env.KUBECONFIG ?? ''}`, '--metrics-listen-address=127.0.0.1:0'];
  const child = spawn(await certManagerController(), args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const end = atEnd(async () => {
    const gone = once(child, 'exit');
    if (child.kill('SIGKILL')) await gone;
  });
  return {
    stop: async () => {
      await end();
      await removeCrds();
    },
  };
}

/** Has a Certificate issued anew, as `cmctl renew` does. */
export async function renewCertificate(namespace: string, name: string): Promise<void> {
  const value = {
    ...{ type: 'Issuing', status: 'True', reason: 'ManuallyTriggered', message: 'Renewed by a test' },
    lastTransitionTime: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  const patch = JSON.stringify([{ op: 'add', path: '/status/conditions/-', value }]);
  const certificate = ['certificates.cert-manager.io', name, '-n', namespace];
  await kubectl(['patch', ...certificate, '--subresource=status', '--type=json', '-p', patch]);
}
