import { wholeBytes } from '../../kubernetes/quantity';
import { valueAt } from '../../nats/conf/path';
import { parseConf } from '../../nats/conf/parse';
import { configKeyOf, textOf } from '../config/config-files';
import { CURRENT_CONFIG_KEY } from '../config/config-revisions';
import { findConfigSecret, findStatefulSet, type Observed } from '../observed';
import { defaultMaxStore, type ResolvedFileStorage } from '../spec/jetstream';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { storageKeepsStreams } from '../validation/jetstream-changes';
import { toSpecProblem, type SpecProblem } from '../validation/spec-problem';
import { withAutoGrow } from './auto-grow';
import { capacityOf, claimNames, findClaimTemplate, requestedSize, serverClaims } from './claims';

/**
 * Problems of a spec that the servers' volumes can't follow. Admission rejects such a change, where its webhook is asked; what
 * is stored all the same changes nothing.
 */
export function findStorageProblems(observed: Observed): SpecProblem[] {
  const template = findClaimTemplate(findStatefulSet(observed));
  if (template === undefined) return [];
  const { size = '', storageClassName, autoGrow } = observed.cluster.spec?.jetstream?.fileStorage ?? {};
  const { storageClassName: stored } = template.spec ?? {};
  const fileStorage = {
    // Volumes that have grown by themselves are larger than the spec asks for.
    size: autoGrow === undefined ? requestedSize(template) : size,
    // A policy may choose the class where the spec leaves it open.
    ...(stored === undefined || storageClassName === undefined ? {} : { storageClassName: stored }),
  };
  return storageKeepsStreams(observed.cluster, { spec: { jetstream: { fileStorage } } }).map(toSpecProblem);
}

/**
 * The model with the storage that all servers have: a larger limit of the spec counts only when every volume has grown. A
 * volume that is not seen has not.
 */
export function withAvailableStorage(model: ResolvedCluster, observed: Observed): ResolvedCluster {
  const { jetstream } = model;
  if (jetstream?.fileStorage === undefined) return model;
  const desired = withAutoGrow(jetstream.fileStorage, model, observed);
  const current = haveGrown(model, desired, observed) ? undefined : currentSize(model, desired, observed);
  return { ...model, jetstream: { ...jetstream, fileStorage: { ...desired, ...current } } };
}

/** Whether the volumes of all servers have the desired size. */
function haveGrown(model: ResolvedCluster, { targetSize }: ResolvedFileStorage, observed: Observed): boolean {
  const grown = serverClaims(model, observed).filter(claim => capacityOf(claim) >= wholeBytes(targetSize));
  return grown.length === claimNames(model, observed).length;
}

/** The size and the limit of the present; those that are desired for a cluster that has neither servers nor volumes yet. */
function currentSize(
  model: ResolvedCluster,
  desired: ResolvedFileStorage,
  observed: Observed,
): Pick<ResolvedFileStorage, 'size' | 'maxStore'> {
  const template = findClaimTemplate(findStatefulSet(observed));
  const claims = serverClaims(model, observed);
  const [smallest = template] = [...claims].sort((a, b) => wholeBytes(requestedSize(a)) - wholeBytes(requestedSize(b)));
  if (smallest === undefined) return desired;
  const size = requestedSize(template ?? smallest);
  const limit = Math.min(desired.maxStore, defaultMaxStore(requestedSize(smallest)));
  return { size, maxStore: configuredLimit(observed) ?? limit };
}

/** The limit that servers of the present pod template start with. */
function configuredLimit(observed: Observed): number | undefined {
  const secret = findConfigSecret(observed);
  const template = findStatefulSet(observed)?.spec?.template;
  const [key = CURRENT_CONFIG_KEY] = template === undefined ? [] : configKeyOf(template);
  const conf = secret && parseConf(textOf(secret, key) ?? '');
  const limit = conf && valueAt(conf, ['jetstream', 'max_file_store']);
  return typeof limit === 'number' && limit > 0 ? limit : undefined;
}
