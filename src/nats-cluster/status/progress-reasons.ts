import { ok, progress, stalled, warning, type Types } from './reason-row';

const WORKING: Types = ['Reconciling', 'Ready'];
const APPLYING: Types = ['Reconciling', 'ConfigApplied', 'Ready'];
const STALLED: Types = ['Stalled', 'ConfigApplied', 'Ready'];

const ofReady = [
  ok('AllServersReady', ['Ready'], {}, 'all servers are ready and run this spec'),
  warning(
    'ServersNotReady',
    ['Ready', 'Reconciling', 'RemotesConnected'],
    { state: 'Degraded' },
    'some server is starting or failing, or lacks routes; of RemotesConnected (Unknown): no server can be queried',
    'the message names it; if it lasts: [troubleshooting](troubleshooting.md)',
  ),
  warning(
    'Partitioned',
    ['Ready', 'Reconciling'],
    { state: 'Partitioned' },
    "until a rollout ends, changed and unchanged servers reject each other's routes",
    'nothing; see [reload](reload.md#changes-that-part-the-servers)',
  ),
] as const;

const ofProgress = [
  progress('Creating', WORKING, { state: 'Creating' }, 'the servers are being created'),
  progress(
    'WaitingForSecrets',
    WORKING,
    { state: 'WaitingForSecrets' },
    'the servers are created once the Secrets are there',
    'create the Secrets that the message names',
  ),
  progress(
    'Adopting',
    WORKING,
    { state: 'Adopting', isPlanned: true },
    'running pods of the legacy operator are being adopted',
    'nothing; see [migration](migration.md)',
  ),
  progress(
    'RollingUpdate',
    APPLYING,
    { state: 'Updating', isPlanned: true },
    'servers are replaced one at a time; the message counts them and names the one that the rollout waits for',
  ),
  progress('ScalingUp', WORKING, { state: 'Scaling', isPlanned: true }, 'servers are being added'),
  progress('ScalingDown', WORKING, { state: 'Scaling', isPlanned: true }, 'servers are being removed, one at a time'),
  progress(
    'Hibernating',
    WORKING,
    { state: 'Hibernated', isPlanned: true },
    '`spec.hibernate` is true: all servers are being stopped',
  ),
  progress(
    'Recreating',
    APPLYING,
    { isPlanned: true },
    'the StatefulSet is created again around its running pods, for a field that Kubernetes never changes',
  ),
  progress(
    'ExpandingVolumes',
    APPLYING,
    { state: 'Updating', isPlanned: true },
    'volumes of JetStream grow; streams may use the new size once all have it',
  ),
  progress(
    'Recovering',
    WORKING,
    { state: 'Degraded' },
    'a server is not ready that was, and is expected back',
    'the message names it; if it lasts: [troubleshooting](troubleshooting.md)',
  ),
  progress('Waiting', WORKING, {}, 'the operator waits for Kubernetes, as until a deleted object is gone'),
  progress('Pending', APPLYING, { state: 'Creating' }, 'the servers do not have the configuration yet'),
  progress('Starting', APPLYING, {}, 'not every server has started with the configuration yet'),
  progress('Reloading', APPLYING, { state: 'Updating' }, 'servers reload what changed, without a restart'),
] as const;

const ofStalled = [
  stalled(
    'SpecInvalid',
    STALLED,
    { state: 'SpecInvalid' },
    'the spec is invalid; the servers keep the last valid configuration',
    "see SpecValid's message",
  ),
  stalled(
    'SecretInvalid',
    STALLED,
    { state: 'SecretInvalid' },
    'a Secret is missing or invalid; the servers keep the last good configuration',
    "see SecretsValid's message",
  ),
  stalled(
    'NameConflict',
    ['Stalled', 'Ready'],
    { state: 'NameConflict' },
    'an object of a name that the cluster needs belongs to another owner; nothing is written',
    'rename or delete that object, choose another name for the cluster, or [hand it over](operations.md#handing-an-object-over)',
  ),
  stalled(
    'ApplyRejected',
    [...STALLED, 'SpecValid'],
    { event: 'ApplyRejected', state: 'ApplyRejected' },
    'the API server rejects a child object',
    'the message has its answer',
  ),
  stalled(
    'RolloutFailed',
    STALLED,
    { event: 'RolloutFailed', state: 'RolledBack' },
    'a pod failed with the changed template; the servers keep the last good configuration',
    'fix the spec; the message says whether the change is retried without that',
  ),
  stalled(
    'ReloadFailed',
    STALLED,
    { event: 'ReloadFailed', state: 'ReloadFailed' },
    'a server was signaled to reload and does not run with its changed configuration',
    'see the log of its container `nats`, and [reload](reload.md)',
  ),
  stalled(
    'ScaleBlocked',
    STALLED,
    { event: 'ScaleBlocked', state: 'ScaleBlocked' },
    'the requested size would lose streams of JetStream',
    'the message says what to do; see [JetStream](jetstream.md#another-size)',
  ),
] as const;

const ofFailures = [
  progress('ReconcileError', WORKING, { state: 'Error' }, 'reconciliation fails, and is retried', 'act on the message'),
  progress(
    'InternalError',
    WORKING,
    { state: 'Error' },
    'the operator failed on this cluster with an internal error, and retries',
    "report it with the lines of the operator's log that have the id in the message",
  ),
  warning(
    'ReconcileDeadlineExceeded',
    ['Reconciling', 'Stalled', 'Ready'],
    { state: 'Error' },
    'the decision about the cluster takes longer than one cluster may take: once (Reconciling, it is tried once more), or twice (Stalled, the cluster is suspended)',
    'make the spec or the Secrets smaller or simpler: any change of them is tried at once; without one that happens after ten minutes, and then ever more rarely',
  ),
] as const;

/** The reasons that say what the operator is working on, or what keeps it from that. */
export const progressReasons = [...ofReady, ...ofProgress, ...ofStalled, ...ofFailures] as const;
