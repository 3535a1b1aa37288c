import type { NatsClusterStatus } from '../../generated/nats-cluster';
import type { NatsClusterObject } from '../model/cluster-model';
import { podSelector } from '../model/labels';
import { clientServiceName } from '../model/names';
import { ports } from '../model/ports';
import { truncate } from '../model/truncate';
import { MESSAGE_BYTES, toConditions, type Findings } from './conditions';
import { appliedGeneration, findings, isStalled } from './findings';
import type { Situation } from './situation';

/** What only the status needs to know, on top of the situation. */
export interface StatusFacts {
  /** The version that the spec asks for; undefined where the spec is not valid. */
  readonly version: string | undefined;
  /** The digest of the wanted configuration; undefined where the spec is not valid. */
  readonly configDigest: string | undefined;
  /** The operator that manages the cluster; undefined where nobody has said. */
  readonly operator?: string | undefined;
  readonly now: Date;
}

/** The whole status to write. It is the same for the same world: only a change of a condition brings the time into it. */
export function clusterStatus(cluster: NatsClusterObject, situation: Situation, facts: StatusFacts): NatsClusterStatus {
  const { name = '', namespace = '' } = cluster.metadata ?? {};
  const { generation } = situation;
  const { status: previous = {} } = cluster;
  const found = findings(situation);
  const currentVersion = versionOf(situation, facts) ?? previous.currentVersion;
  const configDigest = facts.configDigest ?? previous.configDigest;
  const applied = appliedGeneration(situation, found.ConfigApplied);
  return {
    phase: phaseOf(found, previous),
    reason: truncate(reasonOf(found), MESSAGE_BYTES),
    controlPaused: situation.paused,
    size: situation.members.filter(({ pod }) => pod !== undefined).length,
    readyReplicas: situation.members.filter(({ ready }) => ready).length,
    ...(currentVersion === undefined ? {} : { currentVersion }),
    ...(configDigest === undefined ? {} : { configDigest }),
    observedGeneration: generation,
    ...(applied === undefined ? {} : { appliedGeneration: applied }),
    ...(facts.operator === undefined ? {} : { managedBy: facts.operator }),
    selector: podSelector(name),
    clientURL: `${clientScheme(cluster)}://${clientServiceName(name)}.${namespace}.svc:${ports.client}`,
    conditions: toConditions(found, previous.conditions ?? [], generation, facts.now),
  };
}

/** Clients that see this scheme demand TLS before they send anything of their own. */
const clientScheme = ({ spec }: NatsClusterObject): string => (spec?.tls?.serverSecret ? 'tls' : 'nats');

/** During an upgrade the version is the older one, until the last server has been replaced and is ready. */
function versionOf({ members, step, failure, previous }: Situation, { version }: StatusFacts): string | undefined {
  const known = !['adopt', 'publish', 'unseen'].includes(step.kind) && failure === undefined;
  const isFirst = previous?.currentVersion === undefined;
  const done = known && members.every(({ outdated, ready }) => !outdated && (isFirst || ready));
  return done ? version : undefined;
}

type Phase = NonNullable<NatsClusterStatus['phase']>;

function phaseOf(found: Findings, previous: NatsClusterStatus): Phase {
  if (isStalled(found.Progressing)) return 'Failed';
  if (found.Ready.status === 'True' || previous.phase === 'Running') return 'Running';
  return wasReadyOnce(previous) ? 'Running' : 'Creating';
}

/** Failed says nothing of what was before it; a version is known only of servers that came up. */
const wasReadyOnce = ({ phase, readyReplicas = 0 }: NatsClusterStatus): boolean =>
  phase === 'Failed' && readyReplicas > 0;

function reasonOf(found: Findings): string {
  if (found.SpecValid.status === 'False') return found.SpecValid.message;
  if (isStalled(found.Progressing) || found.SecretsValid.status === 'False') return found.Progressing.message;
  return found.Ready.status === 'True' && found.Progressing.status === 'True'
    ? found.Progressing.message
    : found.Ready.message;
}
