import type { ReasonRow } from './reason-row';

type Row = ReasonRow<'Ready' | 'Stalled' | 'SpecValid'>;

const row =
  (severity: Row['severity'], types: Row['types']) =>
  <const Reason extends string>(
    reason: Reason,
    meaning: string,
    action = 'nothing',
  ): Row & { readonly reason: Reason } => ({ reason, types, severity, meaning, action });

const waits = row('progress', ['Ready']);
const stalls = row('stalled', ['Ready', 'Stalled']);

/** The reasons of a NatsServiceRole's conditions. Waiting needs no condition of its own: kstatus takes Ready=False for a role that is not done yet. */
export const roleReasons = [
  row('ok', ['Ready'])(
    'TokensIssued',
    'every ServiceAccount that the role serves has its token, and is a user of the cluster',
  ),
  stalls('SpecInvalid', "the role's spec is invalid; the users that it has stay as they are", 'fix the spec'),
  stalls('NoCluster', 'the role has no label that names a cluster', 'set the label that the message names'),
  waits('ClusterMissing', "there is no such NatsCluster in the role's namespace", 'create it, or correct the label'),
  stalls(
    'Disabled',
    'the cluster does not use service accounts',
    'set `spec.auth.enableServiceAccounts` in the NatsCluster',
  ),
  waits(
    'NoServiceAccount',
    "there is no ServiceAccount of the role's name where the role serves",
    'create it; for other namespaces, name them in `spec.namespaces`',
  ),
  waits(
    'ConsentMissing',
    'a ServiceAccount in another namespace has not agreed to be a user of the cluster',
    'its owner runs the command in the message; see [service accounts](service-accounts.md#other-namespaces)',
  ),
  stalls(
    'TurnedOff',
    'the operator was installed without users that are ServiceAccounts',
    "set `serviceAccounts.enabled: true` in the chart's values",
  ),
  stalls('UserNameConflict', 'another user of the cluster has the name', 'rename one of the two'),
  waits('Paused', 'the cluster is paused, and no token is issued meanwhile', 'unpause the cluster'),
  waits(
    'ClusterInvalid',
    "the cluster's spec or Secrets are invalid, so that servers would not learn of a new token",
    "fix what the cluster's conditions SpecValid and SecretsValid report",
  ),
  waits('Issuing', 'a token is being issued'),
  waits('TokenRequestFailed', 'the API server does not issue a token', 'the message has its answer'),
  row('ok', ['SpecValid'])('Valid', 'the spec is valid'),
  row('warning', ['SpecValid'])('Invalid', 'the message lists every problem', 'fix the fields'),
] as const;

export type RoleReason = (typeof roleReasons)[number]['reason'];

/** Whether only a change of the role or of its cluster can end it. */
export const isRoleStalled = (reason: RoleReason): boolean =>
  roleReasons.find((each: Row) => each.reason === reason)?.severity === 'stalled';
