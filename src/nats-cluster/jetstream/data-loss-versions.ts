import * as semver from 'semver';
import { isAtLeast, type ServerVersion } from '../../nats/server-version';

/** Releases of nats-server that can lose acknowledged messages of JetStream, whatever an operator does. */
export interface DataLoss {
  /** A semver range. */
  readonly releases: string;
  /** Whether the end of server processes is enough, or servers have to be removed while others fail, or disks have to be full. */
  readonly cause: 'restart' | 'removal' | 'full disk';
  /** What such a release does, after its name. */
  readonly what: string;
  readonly fixedIn: string;
  readonly sources: readonly string[];
}

const KEEPS_META_ON_FULL_DISK = '2.12.0';

const dataLosses: readonly DataLoss[] = [
  {
    releases: '<2.10.23',
    cause: 'restart',
    what: 'can lose whole streams when server processes are killed',
    fixedIn: '2.10.23',
    sources: [
      'https://github.com/nats-io/nats-server/issues/6888',
      'https://github.com/nats-io/nats-server/issues/6188',
    ],
  },
  {
    releases: '>=2.12.0 <2.12.3',
    cause: 'removal',
    what: 'can lose acknowledged messages when servers are removed while others fail',
    fixedIn: '2.12.3',
    sources: ['https://github.com/nats-io/nats-server/issues/7545'],
  },
  // Both seen with three servers whose disks were filled by acknowledged publishes, and that were restarted with larger ones.
  {
    releases: `<${KEEPS_META_ON_FULL_DISK}`,
    cause: 'full disk',
    what: 'can lose all streams when most servers restart after their disks were full: it deletes its state of the meta group with JetStream',
    fixedIn: KEEPS_META_ON_FULL_DISK,
    sources: ['docs/jetstream.md#versions'],
  },
  {
    releases: '>=2.12.0 <2.14.0',
    cause: 'full disk',
    what: 'can lose the last acknowledged message of a stream when the disks of its servers are full',
    fixedIn: '2.14.0',
    sources: ['docs/jetstream.md#versions'],
  },
];

/** Whether a server whose disk was full has still its part of the meta group when it starts again. */
export const keepsMetaOnFullDisk = (version: ServerVersion): boolean => isAtLeast(version, KEEPS_META_ON_FULL_DISK);

/** What a release is known to lose for that cause. */
export const findDataLoss = ({ release }: ServerVersion, cause: DataLoss['cause']): readonly DataLoss[] =>
  dataLosses.filter(loss => loss.cause === cause && semver.satisfies(release, loss.releases));
