import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { digest } from '../../json/digest';
import type { ChildStatefulSet } from '../child';
import type { Observed } from '../observed';
import { claimTemplate } from '../resources/volume-claims';
import type { StatefulSetPlan } from '../resources/stateful-set';
import type { Member } from '../rollout/members';
import { CLAIM_TEMPLATES_HASH_ANNOTATION } from '../spec/labels';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { findClaimTemplate, serverClaims } from './claims';

/** The claim templates that the StatefulSet is to have; undefined for none. */
const desiredTemplates = ({ name, jetstream }: ResolvedCluster): V1PersistentVolumeClaim[] | undefined =>
  jetstream?.fileStorage && [claimTemplate(name, jetstream.fileStorage)];

type ClaimTemplateFields = Pick<StatefulSetPlan, 'volumeClaimTemplates'> & {
  readonly annotations: Record<string, string>;
};

/**
 * What to apply of the claim templates: those that the StatefulSet was created with, as we applied them or as they are stored,
 * because Kubernetes rejects every change of them.
 */
export function claimTemplateFields(model: ResolvedCluster, live: ChildStatefulSet | undefined): ClaimTemplateFields {
  if (live === undefined || !needsRecreation(model, live)) return withHash(desiredTemplates(model));
  const hash = live.metadata.annotations?.[CLAIM_TEMPLATES_HASH_ANNOTATION];
  const { volumeClaimTemplates } = live.spec ?? {};
  return { volumeClaimTemplates, annotations: hash === undefined ? {} : { [CLAIM_TEMPLATES_HASH_ANNOTATION]: hash } };
}

/**
 * Whether the StatefulSet has to be created again for other claim templates. A hash of the applied ones tells, and not what is
 * stored: nobody can change that, and a policy may have stored something else.
 */
export const needsRecreation = (model: ResolvedCluster, { metadata }: ChildStatefulSet): boolean =>
  metadata.annotations?.[CLAIM_TEMPLATES_HASH_ANNOTATION] !== hashOf(desiredTemplates(model));

/**
 * Whether it may be created again now. It forgets all templates but one, so it waits while an update is running. Where servers
 * have no volumes yet, the update is what needs them: then the last good template is the one, and no pod is waited for.
 */
export function mayRecreate(
  live: ChildStatefulSet,
  members: readonly Member[],
  { lastGoodTemplate }: Observed,
): boolean {
  const { currentRevision, updateRevision } = live.status ?? {};
  const isOneTemplate = currentRevision === updateRevision;
  if (findClaimTemplate(live) === undefined) return isOneTemplate || lastGoodTemplate !== undefined;
  return isOneTemplate && members.every(({ outdated, terminating }) => !outdated && !terminating);
}

/**
 * Whether claims belong to the StatefulSet or its pods, so that they could be deleted with it. Kubernetes takes their owner
 * away where they are to be retained.
 */
export const areClaimsOwned = (model: ResolvedCluster, live: ChildStatefulSet, observed: Observed): boolean =>
  Object.values(live.spec?.persistentVolumeClaimRetentionPolicy ?? {}).includes('Delete') ||
  serverClaims(model, observed).some(({ metadata }) =>
    metadata?.ownerReferences?.some(({ kind }) => kind === 'StatefulSet' || kind === 'Pod'),
  );

/** The StatefulSet as it is, with other claim templates; with the last good pod template while another one is tried. */
export function recreatedStatefulSet(
  model: ResolvedCluster,
  live: ChildStatefulSet,
  { lastGoodTemplate }: Observed,
): ChildStatefulSet {
  const { name, namespace, labels, ownerReferences, annotations = {} } = live.metadata;
  const { volumeClaimTemplates: templates, annotations: hash } = withHash(desiredTemplates(model));
  const kept = Object.entries(annotations).filter(([key]) => key !== CLAIM_TEMPLATES_HASH_ANNOTATION);
  const { spec } = structuredClone(live);
  delete spec?.volumeClaimTemplates;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: {
      ...{ name, namespace, annotations: { ...Object.fromEntries(kept), ...hash } },
      ...(labels === undefined ? {} : { labels }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
    },
    spec: {
      ...(spec ?? { selector: {}, serviceName: '', template: {} }),
      ...(lastGoodTemplate === undefined ? {} : { template: lastGoodTemplate }),
      ...(templates === undefined ? {} : { volumeClaimTemplates: [...templates] }),
    },
  };
}

const withHash = (templates: V1PersistentVolumeClaim[] | undefined): ClaimTemplateFields => {
  const hash = hashOf(templates);
  return {
    volumeClaimTemplates: templates,
    annotations: hash === undefined ? {} : { [CLAIM_TEMPLATES_HASH_ANNOTATION]: hash },
  };
};

const hashOf = (templates: V1PersistentVolumeClaim[] | undefined): string | undefined => templates && digest(templates);
