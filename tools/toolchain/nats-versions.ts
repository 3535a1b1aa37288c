/** The nats-server versions that are tried, newest first; the only list of them. */
const natsVersions = ['2.15.2', '2.14.9', '2.12.15', '2.11.17', '2.10.29', '2.9.25', '2.6.1', '2.1.9'] as const;

export type NatsVersion = (typeof natsVersions)[number];

/** What the cluster has from the start, on every node; the others are loaded when a test asks. */
export const preloadedNatsVersions: readonly NatsVersion[] = ['2.15.2', '2.14.9', '2.10.29', '2.9.25'];

/** What tests of the cluster tier load besides. */
export const testedNatsVersions = ['2.1.9'] as const satisfies readonly NatsVersion[];

export const newestNatsVersion: NatsVersion = natsVersions[0];
