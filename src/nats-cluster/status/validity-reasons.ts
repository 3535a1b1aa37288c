import { ok, progress, warning } from './reason-row';

const ofSpec = [
  ok('Applied', ['ConfigApplied'], {}, 'every server runs with what the spec asks for'),
  ok('Valid', ['SpecValid'], { event: 'SpecValid', onlyAfter: 'False' }, 'the spec is valid'),
  warning(
    'Invalid',
    ['SpecValid'],
    { event: 'SpecInvalid', isMistake: true },
    'the message lists every problem',
    'fix the fields',
  ),
] as const;

const ofSecrets = [
  ok(
    'Valid',
    ['SecretsValid'],
    { event: 'SecretsValid', onlyAfter: 'False' },
    'the Secrets hold what the servers need',
  ),
  ok('NotNeeded', ['SecretsValid'], { event: 'SecretsValid', onlyAfter: 'False' }, 'the spec names no Secrets'),
  ok('SpecInvalid', ['SecretsValid'], {}, 'Unknown: the Secrets are checked once the spec is valid', 'fix the spec'),
  warning(
    'Invalid',
    ['SecretsValid'],
    { event: 'SecretInvalid', isMistake: true },
    'the message lists every problem',
    'fix the Secrets',
  ),
  warning(
    'Missing',
    ['SecretsValid'],
    { event: 'SecretInvalid', isMistake: true },
    'a Secret, or a key of it, is not there; a new cluster waits for it',
    'create it',
  ),
  warning(
    'Expired',
    ['SecretsValid'],
    { event: 'SecretInvalid', isMistake: true },
    'a certificate has expired',
    'renew it',
  ),
  warning(
    'NotYetValid',
    ['SecretsValid'],
    { event: 'SecretInvalid', isMistake: true },
    'a certificate is not valid yet',
    'wait, or check the clocks',
  ),
  warning(
    'Expiring',
    ['SecretsValid'],
    { event: 'SecretWarning' },
    'True: a certificate expires within 7 days, or within the last quarter of a shorter lifetime',
    'renew it',
  ),
  warning(
    'Warning',
    ['SecretsValid'],
    { event: 'SecretWarning' },
    'True: the Secrets are valid, but something in them is probably not intended',
    'the message says what',
  ),
] as const;

const ofJetStream = [
  ok('JetStreamServing', ['JetStreamReady'], {}, 'all servers have JetStream and are current'),
  progress('JetStreamUnknown', ['JetStreamReady'], {}, 'Unknown: no server has been asked yet, or none answers'),
  warning(
    'JetStreamUnhealthy',
    ['JetStreamReady'],
    {},
    'a server does not have everything yet that it stores; after a restart it catches up by itself',
    'if it lasts: see [JetStream](jetstream.md#when-something-is-wrong)',
  ),
  warning(
    'NoMetaLeader',
    ['JetStreamReady'],
    {},
    'no server leads the others, as for some seconds after most of them have restarted',
    'if it lasts: see [JetStream](jetstream.md#when-something-is-wrong)',
  ),
  warning(
    'JetStreamDisabled',
    ['JetStreamReady'],
    { event: 'JetStreamDisabled' },
    'a server has switched JetStream off: its disk is full or broken, or it was removed as a peer',
    'see [JetStream](jetstream.md#when-something-is-wrong)',
  ),
  ok('StorageAvailable', ['StorageHealthy'], {}, 'streams have room'),
  warning(
    'StorageAlmostFull',
    ['StorageHealthy'],
    { event: 'StorageAlmostFull' },
    'streams use 80 % of the limit of a server or more',
    'raise `spec.jetstream.fileStorage.size`, or limit the streams',
  ),
  warning(
    'StorageFull',
    ['StorageHealthy'],
    { event: 'StorageFull' },
    'streams use 90 % of the limit of a server or more; at the limit they take no more messages',
    'raise `spec.jetstream.fileStorage.size`, or limit the streams',
  ),
] as const;

const ofOthers = [
  ok(
    'RemotesConnected',
    ['RemotesConnected'],
    { event: 'RemotesConnected' },
    'every server is connected to what the spec names',
  ),
  progress('Connecting', ['RemotesConnected'], {}, 'Unknown: a server that has just started is connecting'),
  warning(
    'RemotesDisconnected',
    ['RemotesConnected'],
    { event: 'RemotesDisconnected' },
    'a server lacks a connection: the other side is down, or one side rejects the other',
    "see the log of the container `nats`, the server's or the other side's, and [connecting clusters](connecting-clusters.md)",
  ),
  warning(
    'AlteredOnWrite',
    ['Altered'],
    {},
    'a policy, a webhook or this version of Kubernetes stores the named fields differently',
    'nothing, if that is intended; see [troubleshooting](troubleshooting.md)',
  ),
  warning(
    'NotReadable',
    ['ServiceRolesUnavailable'],
    {},
    "the operator's permissions are missing, or the API server answers with errors; the message has its answer",
    'restore the permissions of the operator, by its manifests or chart; it retries',
  ),
  ok('PausedBySpec', ['Paused'], { event: 'Paused' }, '`spec.paused` is true', 'set it to false when you are done'),
  ok('NotPaused', ['Paused'], { event: 'Resumed', onlyAfter: 'True' }, 'reconciliation is active'),
  ok(
    'Hibernated',
    ['Ready'],
    { state: 'Hibernated' },
    '`spec.hibernate` is true, and no server runs',
    'set it to false to start them',
  ),
  ok('Paused', ['Ready'], { state: 'Paused' }, 'paused before the servers run this spec', 'set `spec.paused` to false'),
] as const;

/** The reasons that say whether the spec, its Secrets and what they lead to are as intended. */
export const validityReasons = [...ofSpec, ...ofSecrets, ...ofJetStream, ...ofOthers] as const;
