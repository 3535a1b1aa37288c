import type { SystemRequestsAction } from '../action';
import { requestId, type SystemRequest } from '../jetstream/system-request';
import { SystemClient } from '../system-account/system-client';
import { SystemRequestError } from '../system-account/system-request-error';
import type { ClusterEntry } from './cluster-entry';

const UNKNOWN_USER =
  'servers that have not restarted, nor reloaded their configuration, since the operator was upgraded do not know its user: annotate the NatsCluster with nats.io/restartedAt';

/** Makes requests one after the other, until one fails, and records what becomes of each. */
export async function sendSystemRequests(
  entry: ClusterEntry | undefined,
  { access, requests }: SystemRequestsAction,
): Promise<void> {
  const client = new SystemClient(access);
  try {
    for (const request of requests) {
      const error = await attempt(client, request);
      entry?.recordRequest(requestId(request), error);
      if (error !== undefined) return;
    }
  } finally {
    client.close();
  }
}

/** @returns why it failed, in words that may quote a server; undefined if it did not */
async function attempt(client: SystemClient, request: SystemRequest): Promise<string | undefined> {
  try {
    return await send(client, request);
  } catch (error) {
    if (!(error instanceof SystemRequestError)) throw error;
    return error.failure === 'NotAuthorized' ? `${error.message} (${UNKNOWN_USER})` : error.message;
  }
}

async function send(client: SystemClient, request: SystemRequest): Promise<string | undefined> {
  const { kind } = request;
  switch (kind) {
    case 'evacuate':
      await client.evacuate(request.server);
      return undefined;
    case 'move': {
      const { account, stream, server } = request;
      const result = await client.moveStream(account, stream, { server });
      return result === 'NoPeers' ? `no other server takes stream ${stream} of account ${account}` : undefined;
    }
    case 'cancel':
      await client.cancelMove(request.account, request.stream);
      return undefined;
    case 'remove-peer':
      return removePeer(client, request);
  }
}

/** The account that clients are in where none is declared. */
const GLOBAL_ACCOUNT = '$G';

/**
 * A stream may have been created on the server just before it stopped. No leader lists one that is there alone, and removing the server would delete it:
 * the meta leader has the names of all.
 */
async function removePeer(
  client: SystemClient,
  { server, known }: Extract<SystemRequest, { kind: 'remove-peer' }>,
): Promise<string | undefined> {
  for (const account of new Set([GLOBAL_ACCOUNT, ...known.keys()])) {
    const names = await client.streamNames(account);
    const lost = names.find(name => known.get(account)?.has(name) !== true);
    if (lost !== undefined)
      return `stream ${lost} of account ${account} is on no server that runs, so that ${server} is not removed; set spec.size back to get it`;
  }
  await client.removePeer(server);
  return undefined;
}
