/** A condition: when it is there, and what its statuses mean, as Markdown: docs/events.md is written from it. */
interface ConditionTypeRow {
  readonly presence: 'always' | 'while it is true' | 'where the spec names any' | 'with JetStream';
  readonly whenTrue: string;
  readonly whenFalse: string;
}

/**
 * The conditions of a NatsCluster, in the order that they are shown in. `Reconciling` and `Stalled` are those by which kstatus (Flux, Helm, kubectl plugins) tells an
 * object that the controller works on from one that only a person can help: true or absent, never both.
 *
 * @see https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
 */
export const conditionTypes = {
  Ready: {
    presence: 'always',
    whenTrue:
      'as many servers as the spec asks for are ready, have routes to each other and run this generation of the spec',
    whenFalse:
      'the message counts the ready servers and says what the first of the others lacks, or why the servers still run an earlier spec',
  },
  Reconciling: {
    presence: 'while it is true',
    whenTrue: 'the operator is working on the cluster, or waits for something that passes by itself',
    whenFalse: '–',
  },
  Stalled: { presence: 'while it is true', whenTrue: 'only a person can help', whenFalse: '–' },
  ConfigApplied: {
    presence: 'always',
    whenTrue: 'every server runs with what the spec asks for',
    whenFalse: 'not yet, or it was rejected or failed',
  },
  SpecValid: { presence: 'always', whenTrue: 'the spec is valid', whenFalse: 'the message lists every problem' },
  SecretsValid: {
    presence: 'always',
    whenTrue: 'the Secrets that the spec names are there and valid',
    whenFalse: 'the message names the Secret, the key and the place',
  },
  RemotesConnected: {
    presence: 'where the spec names any',
    whenTrue: 'every server is connected to the gateways, leaf node remotes and extra routes of the spec',
    whenFalse: 'a server is not; the message names it',
  },
  JetStreamReady: {
    presence: 'with JetStream',
    whenTrue: 'all servers have JetStream, and everything that they store is current',
    whenFalse: 'a server has switched it off or is not current, or no server leads the others; the message says which',
  },
  StorageHealthy: {
    presence: 'with JetStream',
    whenTrue: 'streams use less than 80 % of the limits of each server',
    whenFalse: 'they use more; the message names the fullest server',
  },
  Altered: {
    presence: 'while it is true',
    whenTrue: 'the API server stores fields of child objects differently from what the operator applies',
    whenFalse: '–',
  },
  ServiceRolesUnavailable: {
    presence: 'while it is true',
    whenTrue:
      'the operator cannot read NatsServiceRoles, or the Secrets and ServiceAccounts of their tokens: their users stay as they are, everything else is reconciled',
    whenFalse: '–',
  },
  Paused: { presence: 'always', whenTrue: '`spec.paused` is true', whenFalse: 'reconciliation is active' },
} as const satisfies Record<string, ConditionTypeRow>;

export type ConditionType = keyof typeof conditionTypes;
