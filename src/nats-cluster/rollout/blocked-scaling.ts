import type { Conf } from '../../nats/conf/conf';
import { parseConf } from '../../nats/conf/parse';
import type { ChildStatefulSet } from '../child';
import { DEFAULT_SIZE, type NatsClusterObject } from '../spec/resolve-cluster';
import { hasJetStream, isJetStreamOn } from '../spec/jetstream';
import { findConfigSecret, findStatefulSet, type Observed } from '../observed';
import { isOpen } from '../jetstream/operation';
import { findScaleInProblem } from '../jetstream/scale-in-problem';
import { findSizeProblem } from '../validation/jetstream-size';
import { formerSize } from './former-size';
import { configKeyOf, textOf } from '../config/config-files';

/** A size that is not applied because data would be lost. */
export interface BlockedScaling {
  /** The number of servers that the cluster keeps. */
  readonly size: number;
  /** Why, and what to do. */
  readonly reason: string;
}

/**
 * Whether the desired size would lose data of JetStream. Admission rejects such a change of the spec, but does not see one by
 * the `scale` subresource, nor what servers have. Undefined if the size may change or is as desired.
 *
 * @param findBlocker why the operator can't move streams off servers; undefined if it can. Called only for another size: it resolves all users
 */
export function findBlockedScaling(
  observed: Observed,
  findBlocker: () => string | undefined,
): BlockedScaling | undefined {
  const { spec = {} } = observed.cluster;
  const live = findStatefulSet(observed);
  const [from, to] = [formerSize(live), spec.size ?? DEFAULT_SIZE];
  if (from === 0 || from === to || !hasJetStream(spec)) return undefined;
  const confs = startedWith(observed, live);
  // An unreadable configuration may have streams.
  if (!confs.some(conf => conf === undefined || isJetStreamOn(conf))) return undefined;
  const isAlone = confs.some(conf => conf !== undefined && conf.cluster === undefined);
  const blocker = findBlocker();
  const problem = findSizeProblem(observed.cluster, { from, to, isAlone, blocker });
  if (problem !== undefined) return { size: from, reason: `${problem.message}: ${problem.hint ?? ''}` };
  const reason = blocker === undefined && to > 1 ? findCapacityProblem(observed, from, to) : undefined;
  return reason === undefined ? undefined : { size: from, reason };
}

function findCapacityProblem(observed: Observed, from: number, to: number): string | undefined {
  if (to > from) return undefined;
  const { metadata, status } = observed.cluster;
  const isBegun = status?.operation !== undefined && isOpen(status.operation);
  return findScaleInProblem(metadata?.name ?? '', { from, to, isBegun }, observed);
}

/** The cluster with the size that it keeps. */
export const withBlockedSize = (cluster: NatsClusterObject, blocked: BlockedScaling | undefined): NatsClusterObject =>
  blocked === undefined ? cluster : { ...cluster, spec: { ...cluster.spec, size: blocked.size } };

/** The configurations of the servers; without servers, the one that they would start with. */
function startedWith(observed: Observed, live: ChildStatefulSet | undefined): (Conf | undefined)[] {
  const secret = findConfigSecret(observed);
  const { pods } = observed;
  const keys = new Set((pods.length > 0 ? pods : [live?.spec?.template]).flatMap(configKeyOf));
  return [...keys].map(key => parseConf((secret && textOf(secret, key)) ?? ''));
}
