import { existsSync } from 'node:fs';
import { topologyOf } from './cluster-node';
import type { Instance } from './instance';
import { adminKubeconfigPath } from './kubeconfig';
import { ownProcesses } from './processes';
import { nodeCount } from './start';

/** Whether anything of the instance runs. */
export function isRunning(instance: Instance): boolean {
  return ownProcesses(instance).some(({ daemon }) => daemon);
}

/** What of the instance runs, in a few lines for people. */
export function describe(instance: Instance): string {
  const count = nodeCount(instance);
  if (count === 0) return `${instance.name}: not there; npm run cluster -- up makes it`;
  const daemons = ownProcesses(instance).filter(({ daemon }) => daemon);
  if (!isRunning(instance)) return `${instance.name}: stopped; npm run cluster -- up starts it`;
  const lines = topologyOf(instance, count).nodes.map(({ name, ordinal, address }) => {
    const names = daemons.filter(daemon => daemon.ordinal === ordinal).map(({ marker }) => marker.split('/')[2]);
    return `  ${name}  ${address}  ${names.join(' ')}`;
  });
  const config = adminKubeconfigPath(instance);
  return [`${instance.name}: running`, ...lines, `  kubeconfig ${existsSync(config) ? config : 'missing'}`].join('\n');
}
