import { hasIssuedCertificate, hasTokenPolicy, isClusterWide, isGiven, isNamespaced, isSelfSigned } from './choices';
import { clusterRole, clusterRoleBinding, homeRole, serviceAccount, storeRole, watchedRole } from './objects/access';
import { deployment } from './objects/deployment';
import { certificate, issuer } from './objects/issued-certificate';
import type { KubernetesObject } from './objects/kubernetes-object';
import { networkPolicy } from './objects/network-policy';
import { podDisruptionBudget } from './objects/pod-disruption-budget';
import { podMonitor } from './objects/pod-monitor';
import { tokenPolicy, tokenPolicyBinding } from './objects/token-policy';
import { webhookService } from './objects/service';
import { mutatingWebhook, validatingWebhook } from './objects/webhooks';
import type { Choice, Rendering } from './rendering';

/** Objects that are there under the same conditions; a file among the chart's templates. */
export interface Part {
  readonly template: string;
  /** Their file among the plain manifests. */
  readonly manifest: '10-prereqs' | '20-deployment';
  readonly onlyWhere?: Choice<boolean>;
  /** Once for each namespace that is looked after. */
  readonly inEachNamespace?: true;
  readonly objects: readonly ((rendering: Rendering, watchedNamespace?: string) => KubernetesObject)[];
}

/** All that an operator is made of, in the order in which it is applied. The CRDs and the namespaces, which stay when it goes, are not in it. */
export const installation: readonly Part[] = [
  { manifest: '10-prereqs', template: 'service-account', objects: [serviceAccount] },
  {
    manifest: '10-prereqs',
    template: 'cluster-wide-access',
    onlyWhere: isClusterWide,
    objects: [clusterRole, clusterRoleBinding, ...homeRole, ...storeRole],
  },
  {
    manifest: '10-prereqs',
    template: 'namespaced-access',
    onlyWhere: isNamespaced,
    inEachNamespace: true,
    objects: watchedRole,
  },
  {
    manifest: '10-prereqs',
    template: 'token-policy',
    onlyWhere: hasTokenPolicy,
    objects: [tokenPolicy, tokenPolicyBinding],
  },
  {
    manifest: '20-deployment',
    template: 'webhooks',
    onlyWhere: isClusterWide,
    objects: [webhookService, mutatingWebhook, validatingWebhook],
  },
  { manifest: '20-deployment', template: 'issuer', onlyWhere: isSelfSigned, objects: [issuer] },
  { manifest: '20-deployment', template: 'certificate', onlyWhere: hasIssuedCertificate, objects: [certificate] },
  { manifest: '20-deployment', template: 'deployment', objects: [deployment, podDisruptionBudget] },
  {
    manifest: '20-deployment',
    template: 'network-policy',
    onlyWhere: isGiven('networkPolicy.enabled'),
    objects: [networkPolicy],
  },
  {
    manifest: '20-deployment',
    template: 'pod-monitor',
    onlyWhere: isGiven('podMonitor.enabled'),
    objects: [podMonitor],
  },
];
