import { wholeBytes } from '../../kubernetes/quantity';
import { digest } from '../../json/digest';
import type { PatchClaimAction } from '../action';
import { toEvent } from '../event-reasons';
import type { Observed } from '../observed';
import type { NextStep } from '../rollout/next-step';
import { CLUSTER_LABEL, LAST_APPLIED_HASH_ANNOTATION } from '../spec/labels';
import type { ResolvedFileStorage } from '../spec/jetstream';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { capacityOf, claimName, claimNames, requestedSize, serverClaims, type Claim } from './claims';
import { stopRecord } from './stopped-storage';

/**
 * Lets the claims of all servers follow the spec: they grow, all at once, and carry its labels and annotations. The
 * StatefulSet controller never changes a claim that exists.
 */
export function planClaims(model: ResolvedCluster, observed: Observed): PatchClaimAction[] {
  const storage = model.jetstream?.fileStorage;
  if (storage === undefined) return [];
  return serverClaims(model, observed).flatMap(claim => patchClaim(claim, storage, observed) ?? []);
}

function patchClaim(claim: Claim, storage: ResolvedFileStorage, observed: Observed): PatchClaimAction | undefined {
  const { name = '', uid = '' } = claim.metadata ?? {};
  const size = mayGrow(claim, storage.targetSize) ? storage.targetSize : undefined;
  const metadata = changedMetadata(claim, storage);
  const pod = observed.pods.find(each => claimName(each.metadata?.name ?? '') === name);
  const stop = stopRecord(pod, observed)?.change;
  if (size === undefined && metadata === undefined && stop === undefined) return undefined;
  return {
    type: 'patch-claim',
    claim: { name, uid },
    size,
    labels: metadata?.labels ?? {},
    annotations: { ...metadata?.annotations, ...stop },
    event:
      size === undefined
        ? undefined
        : toEvent('VolumeExpanding', `Expanding ${name} from ${requestedSize(claim)} to ${size}`),
    disruptive: false,
  };
}

/** The API server refuses to resize a claim that has no volume yet. */
const mayGrow = (claim: Claim, size: string): boolean =>
  claim.status?.phase === 'Bound' && wholeBytes(requestedSize(claim)) < wholeBytes(size);

/**
 * The labels and annotations of the spec, with a hash of them; undefined if they were applied before. What others make of them
 * is not reverted.
 */
function changedMetadata(
  { metadata = {} }: Claim,
  { labels, annotations }: ResolvedFileStorage,
): Pick<PatchClaimAction, 'labels' | 'annotations'> | undefined {
  const applied = metadata.annotations?.[LAST_APPLIED_HASH_ANNOTATION];
  const isNone = Object.keys({ ...labels, ...annotations }).length === 0;
  const hash = digest([labels, annotations]);
  if (applied === hash || (isNone && applied === undefined)) return undefined;
  return { labels, annotations: { ...annotations, [LAST_APPLIED_HASH_ANNOTATION]: hash } };
}

/** The step that waits for the volumes to grow; undefined if all are as large as the spec asks. */
export function expansionStep(model: ResolvedCluster, observed: Observed): NextStep | undefined {
  const { size, targetSize } = model.jetstream?.fileStorage ?? {};
  const claims = serverClaims(model, observed);
  const small = claims.find(claim => claim.status?.phase === 'Bound' && capacityOf(claim) < wholeBytes(targetSize));
  if (small !== undefined) {
    const [name, from] = [small.metadata?.name ?? '', small.status?.capacity?.storage ?? '0'];
    return { kind: 'expand', waiting: `Waiting for volume ${name} to grow from ${from} to ${targetSize ?? ''}` };
  }
  const unseen = claimNames(model, observed).find(name => claims.every(({ metadata }) => metadata?.name !== name));
  if (unseen === undefined || size === targetSize) return undefined;
  return {
    kind: 'expand',
    waiting: `Waiting for claim ${unseen}, which is not there or lacks the label ${CLUSTER_LABEL}=${model.name}`,
  };
}
