import * as semver from 'semver';
import type { ServerVersion } from '../../nats/server-version';

/** Releases of nats-server that can lose acknowledged messages of JetStream, whatever an operator does. */
export interface DataLoss {
  /** A semver range. */
  readonly releases: string;
  /** Whether the end of server processes is enough, or servers have to be removed while others fail. */
  readonly cause: 'restart' | 'removal';
  /** What such a release does, after its name. */
  readonly what: string;
  readonly fixedIn: string;
  readonly sources: readonly string[];
}

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
];

/** What a release is known to lose for that cause. */
export const findDataLoss = ({ release }: ServerVersion, cause: DataLoss['cause']): readonly DataLoss[] =>
  dataLosses.filter(loss => loss.cause === cause && semver.satisfies(release, loss.releases));
