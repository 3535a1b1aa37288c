import type { Remotes } from '../spec/remotes';
import type { RemotesReport } from '../observed';
import { ownField } from '../../json/own-field';
import { isJsonObject } from '../../json/json-object';
import { serverIds } from './server-ids';

/** Milliseconds. A server counts a connection from its first byte; one that the other side rejects is closed well before this. */
const LASTING = 1_000;

/** The monitoring endpoints that list a server's remotes, besides its routes. */
export type RemotesPage = 'gatewayz' | 'leafz';

/** Reads the state of a server's remotes from its monitoring port, except for its routes. */
export async function askRemotes(
  read: <T>(page: RemotesPage, take: (body: unknown) => T) => Promise<T>,
  { gateways, remotes }: Remotes,
): Promise<Omit<RemotesReport, 'routes'>> {
  const [connected, spokes] = await Promise.all([
    gateways.length > 0 ? read('gatewayz', body => toGateways(body, gateways)) : new Set<string>(),
    remotes > 0 ? read('leafz', countRemotes) : 0,
  ]);
  return { gateways: connected, remotes: spokes };
}

/** Of the gateways that are named those that it has a connection to. */
function toGateways(body: unknown, named: readonly string[]): ReadonlySet<string> {
  const { now, outbound_gateways: outbound } = isJsonObject(body) ? body : {};
  const gateways = isJsonObject(outbound) ? outbound : {};
  return new Set(
    named.filter(name => {
      const gateway = ownField(gateways, name);
      return isJsonObject(gateway) && lasts(gateway.connection, now);
    }),
  );
}

/** The side that has dialled is the spoke. */
function countRemotes(body: unknown): number {
  const { leafs } = isJsonObject(body) ? body : {};
  return Array.isArray(leafs) ? leafs.filter(leaf => isJsonObject(leaf) && leaf.is_spoke === true).length : 0;
}

/** The servers that it has had routes to for a moment. */
export function toLastingRoutes(body: unknown): ReadonlySet<string> {
  const { now, routes } = isJsonObject(body) ? body : {};
  const lasting = (Array.isArray(routes) ? routes : []).filter(isJsonObject).filter(route => lasts(route, now));
  return serverIds(lasting.map(({ remote_id: id }) => id));
}

/** Both times are by the server's own clock. */
const lasts = (connection: unknown, now: unknown): boolean =>
  isJsonObject(connection) && Date.parse(String(now)) - Date.parse(String(connection.start)) >= LASTING;
