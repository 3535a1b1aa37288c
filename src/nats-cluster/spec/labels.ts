import { ownField } from '../../json/own-field';

/** The labels and annotations that our objects carry, and those that users may set on a NatsCluster. */

const APP_LABEL = 'app';
export const CLUSTER_LABEL = 'nats_cluster';
export const VERSION_LABEL = 'nats_version';

/** The StatefulSet controller's own, on each pod that it makes: the revision of the template that the pod has. */
export const REVISION_LABEL = 'controller-revision-hash';

/** In addition to it: the pod's name. */
export const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';

/** The version as an annotation: a label value has fewer characters to spell it with. */
export const VERSION_ANNOTATION = 'nats.version';

/**
 * Set by a person on a NatsCluster to have its pods replaced without a change, as `kubectl rollout restart` does; on the StatefulSet, the last one that was
 * asked for.
 */
export const RESTARTED_AT_ANNOTATION = 'nats.io/restartedAt';

/** Set by a person on a NatsCluster whose servers have JetStream, to the size that it may take though streams may be lost. */
export const ALLOW_SCALING_ANNOTATION = 'nats.io/allow-jetstream-scaling';

/** On the StatefulSet: a hash of the claim templates that it was created with. */
export const CLAIM_TEMPLATES_HASH_ANNOTATION = 'nats.io/claim-templates-hash';

/** On the claim of a server that has stopped storing messages: the size of its volume then, in bytes. */
export const STOPPED_AT_CAPACITY_ANNOTATION = 'nats.io/stopped-at-capacity';

/** On the same: the uid of the pod that was restarted for that, since the volume has grown. */
export const RESTARTED_POD_ANNOTATION = 'nats.io/restarted-pod';

/** Set by a person to `true` on a NatsCluster that is to have no JetStream, or no file storage, any more; the volumes stay. */
export const ALLOW_JETSTREAM_REMOVAL_ANNOTATION = 'nats.io/allow-jetstream-removal';

/** On a StatefulSet without servers, as the NatsCluster hibernates: how many it had. */
export const HIBERNATED_SIZE_ANNOTATION = 'nats.io/hibernated-size';

/** On the pods: a digest of those mounted Secrets that a server reads only when it starts, so that a renewed one rolls them. */
export const SECRETS_ANNOTATION = 'nats.io/secrets';

/** On pods whose servers reload: the digest of the mounted files at the last reload request. */
export const CONFIG_DIGEST_ANNOTATION = 'nats.io/config-digest';

/** The time of that request. */
export const CONFIG_CHANGED_ANNOTATION = 'nats.io/config-changed-at';

/** The time of the last retry, which the reloader sees as a file and reloads in any case. */
export const RELOAD_REQUESTED_ANNOTATION = 'nats.io/reload-requested-at';

/** On each child: a hash of all that was last applied, so that ownership of a field that is no longer set is released. */
export const LAST_APPLIED_HASH_ANNOTATION = 'nats.io/last-applied-hash';

/**
 * Set on an existing object with a child's name to hand it over: the name of the NatsCluster, which owns it from then on and
 * deletes it with itself.
 */
export const ADOPT_BY_ANNOTATION = 'nats.io/adopt-by';

/**
 * On the Secret of nats.conf: servers mount it. The Go operator wrote that Secret again for each server, and its tools read
 * the pods whenever it changes; so it changes once more when the first server exists.
 */
export const CONFIG_MOUNTED_ANNOTATION = 'nats.io/config-mounted';

/**
 * On the Secret of nats.conf: how many of its users came from each value of the users' Secret, in order. While one value is
 * unreadable, it identifies the users of the others.
 */
export const USER_SOURCES_ANNOTATION = 'nats.io/user-sources';

/**
 * On a ServiceAccount: the NatsClusters of other namespaces that may make a user of it, and put its token beside it, as `<namespace>/<name>[,…]`. Whoever
 * may write NatsServiceRoles somewhere must not thereby write into a namespace that never agreed.
 */
export const CLUSTERS_ANNOTATION = 'nats.io/clusters';

/** On the StatefulSet: the digest of the pod template that we gave it, so that one that only lacks something is known for another. */
export const POD_TEMPLATE_HASH_ANNOTATION = 'nats.io/pod-template-hash';

/** Next to it: the digest of a pod template whose first pod failed to come up, and that is not tried again. */
export const FAILED_POD_TEMPLATE_HASH_ANNOTATION = 'nats.io/failed-pod-template-hash';

/** Next to it: what became of that pod, in the words of the kubelet or the server. */
export const ROLLOUT_FAILURE_ANNOTATION = 'nats.io/rollout-failure';

/** Next to it: how many times the template has failed. */
export const FAILED_ATTEMPTS_ANNOTATION = 'nats.io/failed-attempts';

/** Next to it: after how many seconds the template is tried again; absent where it is not tried again before the spec changes. */
export const RETRY_AFTER_ANNOTATION = 'nats.io/retry-after-seconds';

/** On the StatefulSet: the revision that was current when a server was ready with it. It is the last good one, which a failed rollout goes back to. */
export const PROVEN_REVISION_ANNOTATION = 'nats.io/proven-revision';

/** On the StatefulSet: the repository of the sidecar images, as the operator was last configured. */
export const IMAGE_REPOSITORY_ANNOTATION = 'nats.io/image-repository';

/** On the StatefulSet, while its update strategy is OnDelete: the one pod that this is for, as `name/uid`. */
export const REPLACING_ANNOTATION = 'nats.io/replacing-pod';

/** Annotations of children under their previous names, which are still read: an upgrade of the operator writes no child for the names alone. */
const FORMER_ANNOTATIONS: Readonly<Record<string, string>> = {
  'nats.io/applied': LAST_APPLIED_HASH_ANNOTATION,
  'nats.io/in-use': CONFIG_MOUNTED_ANNOTATION,
  'nats.io/template': POD_TEMPLATE_HASH_ANNOTATION,
  'nats.io/failed-template': FAILED_POD_TEMPLATE_HASH_ANNOTATION,
  'nats.io/failure': ROLLOUT_FAILURE_ANNOTATION,
};

/** The annotations of a child under their present names. If both names are set, the present one counts. */
export function withCurrentAnnotations(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(annotations);
  const former = entries.flatMap(([key, value]): [string, string][] => {
    const name = ownField(FORMER_ANNOTATIONS, key);
    return name === undefined ? [] : [[name, value]];
  });
  if (former.length === 0) return { ...annotations };
  return Object.fromEntries([...former, ...entries.filter(([key]) => !Object.hasOwn(FORMER_ANNOTATIONS, key))]);
}

/** The inverse: annotations under the names that they had before. */
export function withFormerAnnotations(annotations: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [FORMER_NAMES.get(name) ?? name, value]),
  );
}

const FORMER_NAMES = new Map(Object.entries(FORMER_ANNOTATIONS).map(([former, name]) => [name, former]));

/** The labels that select the pods of a cluster. Never the version: a Service that selects by it cuts an upgrade in two. */
export function selectorLabels(cluster: string): Record<string, string> {
  return { [APP_LABEL]: 'nats', [CLUSTER_LABEL]: cluster };
}

/** The same as one line, as the API server and autoscalers take it: `app=nats,nats_cluster=c`. */
export function podSelector(cluster: string): string {
  return Object.entries(selectorLabels(cluster))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
