import type { NatsVersion } from '../../../tools/toolchain/nats-versions';

/** The ends and the middle of what is supported. */
export const supportedVersions = ['2.15.2', '2.10.29', '2.9.25'] as const satisfies readonly NatsVersion[];

/** What runs with what it knows; only its configuration is tested. */
const oldVersions = ['2.6.1', '2.1.9'] as const satisfies readonly NatsVersion[];

/** The ends and the middle of those that spec.jetstream is for. */
export const jetStreamVersions = ['2.15.2', '2.12.15', '2.10.29'] as const satisfies readonly NatsVersion[];

/** The oldest of those that name the digest of their configuration, and the newest. */
export const digestVersions = ['2.11.17', '2.15.2'] as const satisfies readonly NatsVersion[];

export const allVersions = [...supportedVersions, ...oldVersions] as const;
