import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { podSelector } from '../spec/labels';
import { clientServiceName } from '../spec/names';
import { ports } from '../spec/ports';
import { truncate } from '../../text/truncate';
import { MESSAGE_BYTES, toConditions } from './conditions';
import { appliedGeneration, conditionStates } from './findings';
import type { StatusInput } from './status-input';
import { jetStreamStatus } from './jetstream';
import { operationStatus } from './operation';
import { phaseOf, summarize, updatedReplicas } from './state';

/** What only the status needs, besides its input. */
export interface StatusFacts {
  /** The version of the spec; undefined if the spec is invalid. */
  readonly version: string | undefined;
  /** The digest of the desired configuration; undefined if the spec is invalid. */
  readonly configDigest: string | undefined;
  /** The operator that manages the cluster; undefined if unknown. */
  readonly operator?: string | undefined;
  readonly now: Date;
}

/** The whole status to write. It is the same for the same observed state: only a change of a condition brings the time into it. */
export function clusterStatus(
  cluster: NatsClusterObject,
  statusInput: StatusInput,
  facts: StatusFacts,
): NatsClusterStatus {
  const { name = '', namespace = '' } = cluster.metadata ?? {};
  const { generation, previous = {} } = statusInput;
  const found = conditionStates(statusInput);
  const currentVersion = versionOf(statusInput, facts) ?? previous.currentVersion;
  const configDigest = facts.configDigest ?? previous.configDigest;
  const applied = appliedGeneration(statusInput, found.ConfigApplied);
  const { state, reason, message } = summarize(statusInput, found);
  return {
    phase: phaseOf(statusInput, found),
    reason: truncate(reason, MESSAGE_BYTES),
    ...{ state, message },
    controlPaused: statusInput.paused,
    size: statusInput.members.filter(({ pod }) => pod !== undefined).length,
    readyReplicas: statusInput.members.filter(({ ready }) => ready).length,
    updatedReplicas: updatedReplicas(statusInput),
    ...(currentVersion === undefined ? {} : { currentVersion }),
    ...(configDigest === undefined ? {} : { configDigest }),
    observedGeneration: generation,
    ...(applied === undefined ? {} : { appliedGeneration: applied }),
    ...(facts.operator === undefined ? {} : { managedBy: facts.operator }),
    ...(statusInput.hasJetStream ? { jetstream: jetStreamStatus(name, statusInput) } : {}),
    ...operationStatus(previous.operation, statusInput.step, facts.now),
    selector: podSelector(name),
    clientURL: `${clientScheme(cluster)}://${clientServiceName(name)}.${namespace}.svc:${ports.client}`,
    conditions: toConditions(found, previous.conditions ?? [], generation, facts.now),
  };
}

/** Clients that see this scheme demand TLS before they send anything of their own. */
const clientScheme = ({ spec }: NatsClusterObject): string => (spec?.tls?.serverSecret ? 'tls' : 'nats');

/** During an upgrade the version is the older one, until the last server has been replaced and is ready. */
function versionOf({ members, step, failure, previous }: StatusInput, { version }: StatusFacts): string | undefined {
  const known = !['adopt', 'publish', 'unseen'].includes(step.kind) && failure === undefined;
  const isFirst = previous?.currentVersion === undefined;
  const done = known && members.every(({ outdated, ready }) => !outdated && (isFirst || ready));
  return done ? version : undefined;
}
