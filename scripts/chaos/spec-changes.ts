import type { NatsClusterSpec } from '../../generated/nats-cluster';
import type { Random } from '../../test/cluster/support/random';
import type { NatsVersion } from '../../tools/toolchain/nats-versions';

/** The versions that servers run during a burst of faults, with those that each may be changed to: not below 2.14 again, which does not read what newer servers write. */
const versionChanges: Readonly<Partial<Record<NatsVersion, readonly NatsVersion[]>>> = {
  '2.12.15': ['2.14.9', '2.15.2'],
  '2.14.9': ['2.15.2'],
  '2.15.2': ['2.14.9'],
};

export const chaosVersions = Object.keys(versionChanges) as NatsVersion[];

const MEBIBYTES = { first: 128, step: 16, last: 320 } as const;
const storage = (size: number): { jetstream: NonNullable<NatsClusterSpec['jetstream']> } => ({
  jetstream: { fileStorage: { size: `${size}Mi`, storageClassName: 'local-sized' } },
});

/** The spec that faults begin with: a server on each node, with a volume of a real size. */
export const firstSpec = (version: NatsVersion): NatsClusterSpec => ({
  size: 3,
  version,
  pod: { antiAffinity: true, enableConfigReload: true },
  natsConfig: { extra: { lame_duck_grace_period: '1s' } },
  ...storage(MEBIBYTES.first),
});

/** Draws changes of the spec, each from what the ones before have made of it. */
export class SpecChanges {
  #version: NatsVersion;
  #size: number = MEBIBYTES.first;
  #count = 0;

  constructor(
    private readonly random: Random,
    version: NatsVersion,
  ) {
    this.#version = version;
  }

  version(): object {
    const choices = versionChanges[this.#version] ?? [];
    const next = choices[Math.floor(this.random() * choices.length)];
    if (next !== undefined) this.#version = next;
    return { version: this.#version };
  }

  /** Up to a limit: each volume is memory of this machine. */
  growth(): object {
    this.#size = Math.min(this.#size + MEBIBYTES.step, MEBIBYTES.last);
    return storage(this.#size);
  }

  reload(): object {
    return this.#option('maxPayload', 1_000_000);
  }

  restart(): object {
    return this.#option('maxPending', 64_000_000);
  }

  #option(name: keyof NonNullable<NatsClusterSpec['natsConfig']>, base: number): object {
    this.#count += 1;
    return { natsConfig: { [name]: base + this.#count } };
  }
}
