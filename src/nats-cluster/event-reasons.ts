/** An Event that the operator records: its type, what it means and what to do about it. Warnings are what nobody has planned. */
interface EventReasonRow {
  readonly type: 'Normal' | 'Warning';
  /** Markdown, as the action: docs/events.md is written from both. */
  readonly meaning: string;
  readonly action: string;
}

const normal = (meaning: string, action = 'nothing'): EventReasonRow => ({ type: 'Normal', meaning, action });
const warning = (meaning: string, action: string): EventReasonRow => ({ type: 'Warning', meaning, action });

/** The Events of a NatsCluster, by their reasons. */
export const eventReasons = {
  Created: normal('child objects were created; the message names them'),
  Updated: normal('a child object was updated because the spec or the operator changed'),
  Recreating: normal(
    'a child object is created again for a field that Kubernetes does not change; its pods keep running',
  ),
  VolumeExpanding: normal(
    'the volume of a server grows to the size of the spec',
    'nothing; if the API server refuses it, the storage class needs `allowVolumeExpansion: true`',
  ),
  VolumeLost: warning(
    'a server has another volume than before, which is empty',
    'nothing for streams with several replicas, which are copied to it; restore the others from a backup: [a lost volume](jetstream.md#a-lost-volume)',
  ),
  JetStreamDisabled: warning(
    'a server has switched JetStream off; the message has its words',
    'see [JetStream](jetstream.md#when-something-is-wrong)',
  ),
  StorageAlmostFull: warning(
    'streams use 80 % of the limit of a server or more',
    'raise `spec.jetstream.fileStorage.size`, or limit the streams',
  ),
  StorageFull: warning(
    'streams use 90 % of the limit of a server or more; at the limit they take no more messages',
    'raise `spec.jetstream.fileStorage.size`, or limit the streams',
  ),
  RolloutStarted: normal('a change needs a restart: the servers are replaced one at a time'),
  ReplacingPod: normal(
    'a server is replaced; the message says which, why, and how many are updated',
    'nothing; the next one follows once all are ready',
  ),
  RolloutComplete: normal('every server runs what the spec asks for'),
  RolloutFailed: warning(
    'a pod failed with the changed template before any server was ready with it, and the last good template is back',
    'fix the spec: a changed spec is tried at once; the message says why it failed, and whether it is retried without a change',
  ),
  RetryingRollout: normal('a change that failed, and may succeed now, is tried again on one server'),
  ScalingUp: normal('servers are added, all at once'),
  ScalingDown: normal(
    'a server is removed, the highest ordinal first',
    'nothing; its clients are asked to reconnect before it shuts down',
  ),
  Evacuating: normal(
    'streams are moved off a server with JetStream before it is removed',
    'nothing; to keep the server, set `spec.size` back. If it lasts, `status.operation` says what it waits for',
  ),
  Evacuated: normal('a server has no streams any more, and all are complete on the others: it is removed next'),
  PeerRemoved: normal('the quorums of JetStream do not count a removed server any more'),
  EvacuationCancelled: normal('`spec.size` was set back before a server was removed, which stays'),
  Hibernating: normal(
    '`spec.hibernate` is true: all servers are stopped',
    'nothing; set it to false to start them again',
  ),
  ScaleBlocked: warning(
    'the requested size would lose streams of JetStream; the cluster keeps its size',
    'the message says what to do; see [JetStream](jetstream.md#another-size)',
  ),
  Reloaded: normal('every server has loaded its changed configuration, without a restart'),
  ReloadFailed: warning(
    'a server has not loaded its changed configuration; the message names it',
    'see the log of its container `nats`, and [reload](reload.md)',
  ),
  Ready: normal('all servers are ready and connected to each other'),
  NotReady: warning(
    'a server that is not being replaced is not ready, or lacks routes; the message says which',
    'if it lasts: [troubleshooting](troubleshooting.md)',
  ),
  Unschedulable: warning(
    "no node fits a server's pod; the message has the scheduler's reason",
    'add nodes, or lower what `spec.pod` asks for; see [troubleshooting](troubleshooting.md)',
  ),
  ImagePullError: warning("a server's image cannot be pulled", 'correct `spec.version` or `spec.serverImage`'),
  CrashLoop: warning(
    "a server's container exits again and again; the message has its last output",
    'see its log: `kubectl logs <pod> -c <container> --previous`',
  ),
  StartError: warning(
    "a server's container cannot be started; the message has the kubelet's reason",
    'fix what the message names, such as a missing ConfigMap',
  ),
  PodRejected: warning(
    "a server's pod cannot be created, for a quota or an admission policy",
    'the message has the reason; change the quota, the policy or the spec',
  ),
  Partitioned: warning(
    "until a rollout ends, changed and unchanged servers reject each other's routes: clients of the two groups do not reach each other",
    'nothing; see [reload](reload.md#changes-that-part-the-servers)',
  ),
  DriftCorrected: warning(
    "somebody changed a field that the operator manages; the change was reverted, and the message names the field's path",
    'change the NatsCluster instead; to edit child objects by hand, set `spec.paused: true` first',
  ),
  PodAdopted: normal(
    'a running pod of the legacy operator now belongs to the StatefulSet',
    'nothing; see [migration](migration.md)',
  ),
  SpecInvalid: warning(
    'the stored spec is invalid; the last valid configuration stays. Recorded again for each other problem',
    'the message lists the fields; fix them',
  ),
  SpecValid: normal('an invalid spec has been corrected'),
  SecretInvalid: warning(
    'a Secret that the spec names is missing or invalid; the servers keep the last good configuration. Recorded again for each other problem',
    'the message names the Secret, the key and the place; fix it',
  ),
  SecretWarning: warning(
    'a Secret is valid, but a certificate expires soon, or its content is probably not intended',
    'the message says what',
  ),
  SecretsValid: normal('invalid Secrets have been corrected'),
  RemotesConnected: normal('every server is connected to the gateways, leaf node remotes and extra routes of the spec'),
  RemotesDisconnected: warning(
    'a server is not connected to one of them; the message says which, and what both sides must have in common',
    'see [connecting clusters](connecting-clusters.md)',
  ),
  ApplyRejected: warning(
    'the API server rejects a child object, for a quota or a policy for example',
    "the message has its answer; change the spec, the quota or the namespace's policy",
  ),
  Paused: normal('`spec.paused` is true: only the status and Events are written', 'set it to false when you are done'),
  Resumed: normal('reconciliation is active again, and catches up'),
  ManagedElsewhere: normal(
    'the operator that records this does not manage the cluster, another one does',
    'nothing, if both are meant to run; see [operations](operations.md)',
  ),
  ReconcileError: warning(
    "reconciliation has failed several times in a row; the message has the API server's answer, or names the webhook that is down",
    'act on the message; the operator retries, and records `ReconcileRecovered` when it succeeds',
  ),
  InternalError: warning(
    'the operator failed on this cluster with an internal error; the message has an id',
    "report it with the lines of the operator's log that have the id",
  ),
  ReconcileDeadlineExceeded: warning(
    'the decision about the cluster takes longer than one cluster may take; after the second time it is suspended',
    'make the spec or the Secrets smaller or simpler: any change of them is tried at once',
  ),
  ReconcileRecovered: normal('one of the three above has passed'),
} as const satisfies Record<string, EventReasonRow>;

/** The Events of a NatsServiceRole. */
export const roleEventReasons = {
  TokenIssued: normal(
    'a ServiceAccount got a token; the message names its Secret and why',
    'nothing; see [service accounts](service-accounts.md)',
  ),
  TokenRemoved: normal(
    'the Secret of a token was deleted; the message says why',
    'nothing, unless it was not intended',
  ),
} as const satisfies Record<string, EventReasonRow>;

export type EventReason = keyof typeof eventReasons;

/** An Event to record. Its message never holds a secret. */
export interface EventDraft<Reason extends string = EventReason> {
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase, of the table above. */
  readonly reason: Reason;
  readonly message: string;
}

/** An Event of a NatsCluster, of the type that its reason has. */
export const toEvent = (reason: EventReason, message: string): EventDraft => ({
  type: eventReasons[reason].type,
  reason,
  message,
});
