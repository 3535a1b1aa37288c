import type { HttpClient, HttpRequest } from '../../../../src/runtime/http';
import { askServer, type MonitorQuery } from '../../../../src/nats-cluster/monitoring/server-report';
import type { ServerReport } from '../../../../src/nats-cluster/observed';

const LONG = 'x'.repeat(100_000);
const pod = { status: { podIP: '127.0.0.1' } };
const [start, now] = ['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'];

/** What is kept of a server whose monitor has these pages. */
async function ask(
  pages: Readonly<Record<string, object>>,
  inquiry: Partial<MonitorQuery> = {},
): Promise<ServerReport> {
  const send = async ({ pathname }: URL, { take }: HttpRequest): Promise<{ body: unknown }> =>
    Promise.resolve({ body: take?.(pages[pathname], 200) });
  const nothing = { config: undefined, remotes: undefined, jetstream: undefined };
  return askServer({ send } as unknown as HttpClient, pod, { ...nothing, ...inquiry });
}

const connected = (id: string) => ({ remote_id: id, start });

test('of the servers that a server is connected to so many ids are kept as there can be, and no other text', async () => {
  const strange = Array.from({ length: 5_000 }, (_, index) => connected(`id-${index}`));
  const routes = [connected('peer'), connected('peer'), connected(LONG), ...strange];
  const gateways = { named: { connection: { start } }, [LONG]: { connection: { start } }, toString: {} };
  const report = await ask(
    { '/routez': { server_id: 'own', now, routes }, '/gatewayz': { now, outbound_gateways: gateways } },
    { remotes: { gateways: ['named', 'absent'], remotes: 0, routes: true } },
  );
  expect(report).toMatchObject({ answered: true, remotes: { gateways: new Set(['named']) } });
  if (!report.answered) throw new Error(report.reason);
  for (const ids of [report.routedTo, report.remotes?.routes ?? new Set()]) {
    expect([...ids].slice(0, 2)).toEqual(['peer', 'id-0']);
    expect(ids.size).toBe(1_000);
  }
});

test('an id that no server has is no answer of one', async () => {
  expect(await ask({ '/routez': { server_id: LONG, now, routes: [] } })).toMatchObject({ answered: false });
});

test('a digest that no server has is none', async () => {
  const varz = { now, config_load_time: start, config_digest: LONG };
  const report = await ask({ '/routez': { server_id: 'own', now }, '/varz': varz }, { config: { ports: new Map() } });
  expect(report).toMatchObject({ answered: true, config: { digest: undefined } });
});
