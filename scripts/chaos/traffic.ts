import { AcknowledgedMessages } from '../../test/cluster/support/acknowledged-messages';
import { createStream } from '../../test/cluster/support/streams';
import { MessageLedger } from './message-ledger';
import { PullConsumer } from './pull-consumer';

/** Streams by their number of replicas. */
const REPLICATED = ['ORDERS', 'PAYMENTS'];
const SINGLE = ['LOGS', 'METRICS'];
const REPLICAS = 3;
/** For each replicated stream; a single one has one publisher. */
const PUBLISHERS = 3;
/** Messages are to be many while a fault lasts, and few enough for small volumes. */
const INTERVAL_MS = 100;
/** Longer than the servers may be down at once, as while they hibernate, in milliseconds. */
const PATIENCE_MS = 420_000;

/** What clients do all the while. */
export interface Traffic {
  readonly replicated: readonly MessageLedger[];
  readonly single: readonly MessageLedger[];
  /** Ends when each publisher's last message is acknowledged. */
  readonly stopPublishers: () => Promise<void>;
  readonly stopConsumers: () => Promise<void>;
}

/** Creates the streams, and begins to publish to all of them and to consume those of several replicas. */
export async function startTraffic(servers: string): Promise<Traffic> {
  const replicated = REPLICATED.map(name => new MessageLedger(name));
  const single = SINGLE.map(name => new MessageLedger(name));
  for (const { stream } of replicated) await createStream(servers, stream, REPLICAS);
  for (const { stream } of single) await createStream(servers, stream, 1);
  const consumers = await Promise.all(replicated.map(async ledger => PullConsumer.start(servers, ledger)));
  const publishers = await Promise.all([
    ...replicated.map(async ledger => publish(servers, ledger, PUBLISHERS)),
    ...single.map(async ledger => publish(servers, ledger, 1)),
  ]);
  return {
    replicated,
    single,
    stopPublishers: async () => void (await Promise.all(publishers.map(async each => each.stop()))),
    stopConsumers: async () => void (await Promise.all(consumers.map(async each => each.stop()))),
  };
}

async function publish(servers: string, ledger: MessageLedger, publishers: number): Promise<AcknowledgedMessages> {
  return AcknowledgedMessages.start(servers, ledger.stream, {
    publishers,
    interval: INTERVAL_MS,
    patience: PATIENCE_MS,
    onAcknowledged: id => ledger.acknowledge(id, performance.now()),
  });
}
