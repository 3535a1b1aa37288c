import type { V1Pod } from '@kubernetes/client-node';
import type { ConnectionOptions } from '@nats-io/nats-core/internal';
import { carry, openClient, withClients } from './client';
import { waitForCondition } from './conditions';
import { waitUntilSettled } from './nats-cluster';

/** Waits for a cluster of one server; returns its pod. */
export async function onlyServer(namespace: string, cluster: string): Promise<V1Pod> {
  const [pod] = await waitUntilSettled(namespace, cluster, 1, 90_000);
  if (pod === undefined) throw new Error(`${cluster} has no pod`);
  return pod;
}

/** The address of a cluster's only server. */
export async function addressOf(namespace: string, cluster: string): Promise<string> {
  return (await onlyServer(namespace, cluster)).status?.podIP ?? '';
}

/** One end of a connection: where its clients connect, and as whom. */
export interface End {
  readonly address: string;
  readonly login?: ConnectionOptions;
}

/** Proves that messages go both ways between clients of two servers. */
export async function expectMessages(one: End, other: End): Promise<void> {
  const [first, second] = [openClient(one.address, one.login), openClient(other.address, other.login)];
  await withClients([first, second], async (client, remote) => {
    await carry(client, remote);
    await carry(remote, client);
  });
}

/** Proves that messages go both ways between two clusters that anybody may connect to, of one server each. */
export async function expectJoined(namespace: string, one: string, other: string): Promise<void> {
  const [here, there] = await Promise.all([addressOf(namespace, one), addressOf(namespace, other)]);
  await expectMessages({ address: here }, { address: there });
}

/** Waits until the status says that the cluster has the neighbours that its spec names. */
export async function expectConnected(namespace: string, cluster: string, words: RegExp): Promise<void> {
  await waitForCondition(namespace, cluster, 'RemotesConnected', 'True', words);
}

/** Waits until the status says which neighbour the cluster lacks, and what both sides must have in common. */
export async function expectDisconnected(namespace: string, cluster: string, words: RegExp): Promise<void> {
  await waitForCondition(namespace, cluster, 'RemotesConnected', 'False', words);
}
