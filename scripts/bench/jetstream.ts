import { setTimeout as pause } from 'node:timers/promises';
import { AcknowledgedMessages, type PublishingResult } from '../../test/cluster/support/acknowledged-messages';
import { applyCluster } from '../../test/cluster/support/nats-cluster';
import { createStream, readStream } from '../../test/cluster/support/streams';
import { serviceOf, waitUntilWell, type ChaosCluster } from '../chaos/chaos-cluster';
import { firstSpec } from '../chaos/spec-changes';
import { inNamespace } from './bench-namespace';
import { figure, type Figure } from './figure';
import { jetStreamOperations, type JetStreamOperation } from './jetstream-operations';

const NAME = 'bench-jetstream';
const STREAM = 'ORDERS';
const REPLICAS = 3;
const PUBLISHERS = 8;
/** Of each publisher, in milliseconds: two cores have servers, nodes and the operator as well. */
const INTERVAL_MS = 20;
const PATIENCE_MS = 420_000;
/** Acknowledgements before and after each operation. */
const AROUND = 200;
const FIRST_VERSION = '2.12.15';
/** What lies between two operations: the servers have caught up, and write what they have not yet. */
const APART_MS = 5_000;

/** What became of the messages that were published during an operation. */
export interface JetStreamRow {
  readonly operation: string;
  readonly acknowledged: number;
  readonly lost: number;
  readonly storedTwice: number;
  readonly retried: number;
  readonly retriedTwice: number;
  /** In milliseconds. */
  readonly longestPause: number;
}

/** What publishers that wait for acknowledgements notice of operations on a cluster of three servers, and whether a stream of three replicas has all of it. */
export async function measureJetStream(): Promise<Figure[]> {
  return inNamespace(async namespace => {
    const cluster = { namespace, name: NAME };
    await applyCluster(namespace, NAME, firstSpec(FIRST_VERSION));
    await waitUntilWell(cluster);
    await createStream(serviceOf(cluster), STREAM, REPLICAS);
    const figures: Figure[] = [];
    for (const operation of jetStreamOperations) {
      figures.push(...figuresOf(operation, await measureOperation(cluster, operation)));
      await pause(APART_MS);
    }
    return figures;
  });
}

async function measureOperation(cluster: ChaosCluster, { name, run }: JetStreamOperation): Promise<JetStreamRow> {
  const servers = serviceOf(cluster);
  const before = await readStream(servers, STREAM);
  const options = { publishers: PUBLISHERS, interval: INTERVAL_MS, patience: PATIENCE_MS };
  const messages = await AcknowledgedMessages.start(servers, STREAM, options);
  let result: PublishingResult;
  try {
    await messages.waitForMore(AROUND);
    await run(cluster);
    await messages.waitForMore(AROUND);
  } finally {
    result = await messages.stop();
  }
  return rowOf(name, result, (await readStream(servers, STREAM)).slice(before.length));
}

function rowOf(operation: string, result: PublishingResult, stored: readonly string[]): JetStreamRow {
  const distinct = new Set(stored);
  return {
    operation,
    acknowledged: result.acknowledged.length,
    lost: result.acknowledged.filter(id => !distinct.has(id)).length,
    storedTwice: stored.length - distinct.size,
    retried: result.retried,
    retriedTwice: result.retriedTwice,
    longestPause: Math.round(result.longestPause),
  };
}

function figuresOf({ name, longestPause }: JetStreamOperation, row: JetStreamRow): Figure[] {
  const from = { ...row };
  const wrong = row.lost + row.storedTwice;
  return [
    figure(`jetstream: ${name}: messages lost or stored twice`, { value: wrong, bound: 0, unit: '' }, from),
    figure(
      `jetstream: ${name}: the longest time between two acknowledgements`,
      { value: row.longestPause / 1000, bound: longestPause, unit: ' s' },
      from,
    ),
  ];
}
