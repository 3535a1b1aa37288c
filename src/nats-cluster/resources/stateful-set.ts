import type { V1PodTemplateSpec, V1StatefulSetUpdateStrategy } from '@kubernetes/client-node';
import { childMetadata, type ChildStatefulSet } from '../child';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { claimRetention, type ClaimsPlan } from './volume-claims';
import { selectorLabels } from '../spec/labels';
import { managementServiceName, statefulSetName } from '../spec/names';

/** What a plan decides about the StatefulSet; everything else follows from the model. */
export interface StatefulSetPlan extends ClaimsPlan {
  readonly replicas: number;
  readonly updateStrategy: V1StatefulSetUpdateStrategy;
  readonly template: V1PodTemplateSpec;
  readonly annotations?: Record<string, string>;
}

/** The StatefulSet whose pods are the servers: `c-1` … `c-n`, as the Go operator named its bare pods. */
export function statefulSet(model: ResolvedCluster, plan: StatefulSetPlan): ChildStatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: childMetadata(model, statefulSetName(model.name), { annotations: plan.annotations ?? {} }),
    spec: {
      replicas: plan.replicas,
      serviceName: managementServiceName(model.name),
      selector: { matchLabels: selectorLabels(model.name) },
      ordinals: { start: 1 },
      podManagementPolicy: 'Parallel',
      updateStrategy: plan.updateStrategy,
      template: plan.template,
      ...(plan.volumeClaimTemplates === undefined ? {} : { volumeClaimTemplates: [...plan.volumeClaimTemplates] }),
      ...claimRetention(model, plan),
    },
  };
}
