import type { Neighbours } from '../model/neighbours';
import type { NeighbourReport } from '../model/observed';
import { isJsonObject } from '../model/validation/schema';

/** Milliseconds. A server counts a connection from its first byte; one that the other side refuses is gone well before this. */
const LASTING = 1_000;

/** The pages of a server's monitor that tell of its neighbours, beside its routes. */
export type NeighbourPage = 'gatewayz' | 'leafz';

/** Reads from a server's monitor how it stands with its neighbours. `routes` is what it says of its routes. */
export async function askNeighbours(
  read: (page: NeighbourPage) => Promise<unknown>,
  { gateways, remotes }: Neighbours,
  routes: unknown,
): Promise<NeighbourReport> {
  const [gatewayz, leafz] = await Promise.all([
    gateways.length > 0 ? read('gatewayz') : undefined,
    remotes > 0 ? read('leafz') : undefined,
  ]);
  return { gateways: toGateways(gatewayz), remotes: countRemotes(leafz), routes: toRoutes(routes) };
}

function toGateways(body: unknown): ReadonlySet<string> {
  const { now, outbound_gateways: outbound } = isJsonObject(body) ? body : {};
  const entries = isJsonObject(outbound) ? Object.entries(outbound) : [];
  return new Set(
    entries.flatMap(([name, gateway]) => (isJsonObject(gateway) && lasts(gateway.connection, now) ? [name] : [])),
  );
}

/** The side that has dialled is the spoke. */
function countRemotes(body: unknown): number {
  const { leafs } = isJsonObject(body) ? body : {};
  return Array.isArray(leafs) ? leafs.filter(leaf => isJsonObject(leaf) && leaf.is_spoke === true).length : 0;
}

function toRoutes(body: unknown): ReadonlySet<string> {
  const { now, routes } = isJsonObject(body) ? body : {};
  const lasting = (Array.isArray(routes) ? routes : []).filter(isJsonObject).filter(route => lasts(route, now));
  return new Set(lasting.map(({ remote_id: id }) => id).filter(id => typeof id === 'string'));
}

/** Both times are by the server's own clock. */
const lasts = (connection: unknown, now: unknown): boolean =>
  isJsonObject(connection) && Date.parse(String(now)) - Date.parse(String(connection.start)) >= LASTING;
