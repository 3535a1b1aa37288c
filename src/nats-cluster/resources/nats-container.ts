import type { V1Container, V1ContainerPort, V1EnvVar, V1VolumeMount } from '@kubernetes/client-node';
import { hasServerName } from '../config/server-name';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { managementServiceName } from '../spec/names';
import { CONFIG_FOLDER, CONFIG_VOLUME, NATS_CONTAINER, PID_VOLUME, SERVER_NAME_VARIABLE } from '../spec/pod-parts';
import { isAtLeast } from '../../nats/server-version';
import { advertiseMount } from './bootconfig-container';
import { mergeByKey } from './merge-by-key';
import { natsPorts } from './nats-ports';
import { natsProbes } from './probes';
import { secretMounts } from './secret-mounts';
import { containerSecurityContext } from './security';
import { jetStreamMounts } from './volume-claims';

export const PID_FILE = '/var/run/nats/nats.pid';

/**
 * The container `nats`: ours, over what the user's template says of it. The options stand in the command, where those who knew the Go operator's pods look
 * for them.
 */
export function natsContainer(model: ResolvedCluster, base: V1Container | undefined, configKey: string): V1Container {
  const command = serverCommand(model);
  const theirs = { ...base };
  delete theirs.args;
  return {
    ...theirs,
    name: NATS_CONTAINER,
    image: model.image,
    command: [command, ...serverArguments(model, configKey)],
    env: mergeByKey(({ name }) => name, ownEnv(), model.pod.env, base?.env, memoryEnv(model), nameEnv(model)),
    ports: mergePorts(natsPorts(model), base?.ports),
    volumeMounts: mergeByKey(
      ({ mountPath }) => mountPath,
      ownMounts(model),
      model.pod.volumeMounts,
      base?.volumeMounts,
    ),
    resources: Object.keys(model.pod.resources).length > 0 ? model.pod.resources : (base?.resources ?? {}),
    securityContext: base?.securityContext ?? containerSecurityContext,
    // The last lines of the server's log say why it did not start; the status quotes them.
    terminationMessagePolicy: base?.terminationMessagePolicy ?? 'FallbackToLogsOnError',
    ...natsProbes(model, base),
    lifecycle: { preStop: { exec: { command: [command, `-sl=ldm=${PID_FILE}`] } }, ...base?.lifecycle },
  };
}

/** Both layouts of the official images have it on their path; before 2.0 the server was called gnatsd, at the root. */
const serverCommand = ({ version }: ResolvedCluster): string =>
  isAtLeast(version, '2.0.0') ? 'nats-server' : '/gnatsd';

function serverArguments(model: ResolvedCluster, configKey: string): string[] {
  const advertised = `$(POD_NAME).${managementServiceName(model.name)}.$(POD_NAMESPACE).svc`;
  return [
    '-c',
    `${CONFIG_FOLDER}/${configKey}`,
    '-P',
    PID_FILE,
    '--cluster_advertise',
    advertised,
    '--connect_retries',
    '10',
    ...nameArguments(model),
    ...(model.noAdvertise ? ['--no_advertise'] : []),
  ];
}

/** Servers that reload have their name by their configuration. */
const nameArguments = (model: ResolvedCluster): string[] =>
  hasServerName(model) && !model.pod.reloads ? ['--name', serverName(model)] : [];

/** A variable can refer to those before it alone, as to the user's own SERVER_NAME. In quotes, as NATS reads a text that may begin with a digit. */
const nameEnv = (model: ResolvedCluster): V1EnvVar[] =>
  hasServerName(model) && model.pod.reloads ? [{ name: SERVER_NAME_VARIABLE, value: `"${serverName(model)}"` }] : [];

const serverName = ({ useServerName }: ResolvedCluster): string => (useServerName ? '$(SERVER_NAME)' : '$(POD_NAME)');

const ownEnv = (): V1EnvVar[] => [
  { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
];

/** The part of the memory limit that Go's garbage collector keeps to. */
const MEMORY_SHARE = 0.8;

/**
 * Without it a server with JetStream is killed at its memory limit before the garbage collector runs; what the user has set
 * comes first.
 *
 * @see https://github.com/nats-io/k8s/issues/983
 */
function memoryEnv({ jetstream, memoryLimit }: ResolvedCluster): V1EnvVar[] {
  if (jetstream === undefined || memoryLimit === undefined) return [];
  return [{ name: 'GOMEMLIMIT', value: `${Math.floor((memoryLimit * MEMORY_SHARE) / 1024 ** 2)}MiB` }];
}

const ownMounts = (model: ResolvedCluster): V1VolumeMount[] => [
  { name: CONFIG_VOLUME, mountPath: CONFIG_FOLDER, readOnly: true },
  { name: PID_VOLUME, mountPath: '/var/run/nats' },
  ...secretMounts(model),
  ...jetStreamMounts(model),
  ...(model.pod.bootconfigImage === undefined ? [] : [{ ...advertiseMount, readOnly: true }]),
];

/** The user's ports and the operator's: neither the number nor the name of one may come twice. */
function mergePorts(ours: readonly V1ContainerPort[], theirs: readonly V1ContainerPort[] = []): V1ContainerPort[] {
  const free = theirs.filter(({ name }) => !name || ours.every(port => port.name !== name));
  return mergeByKey(({ containerPort, protocol }) => `${containerPort}/${protocol || 'TCP'}`, ours, free);
}
