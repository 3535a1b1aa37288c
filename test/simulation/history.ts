import fc from 'fast-check';
import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { items, part, type Json } from './objects';
import { FORBIDDEN_PRIORITY_CLASS } from './node';
import type { Simulation } from './simulation';

/** Something that happens to a simulated cluster. It prints itself, so that a counterexample can be read. */
export interface Event {
  toString(): string;
  happen(simulation: Simulation): void;
}

const event = (text: string, happen: (simulation: Simulation) => void): Event => ({
  happen,
  toString: () => text,
});

/** The certificates are in files that somebody else mounts, so that nobody reads them here. */
export const routesTls: NonNullable<NatsClusterSpec['tls']> = {
  routesSecret: 'routes',
  routesSecretCAFileName: '/elsewhere/ca.pem',
  routesSecretCertFileName: '/elsewhere/route.pem',
  routesSecretKeyFileName: '/elsewhere/route-key.pem',
};

const specs: readonly Partial<NatsClusterSpec>[] = [
  { size: 1 },
  { size: 3 },
  { size: 5 },
  { version: '2.14.9' },
  { version: '2.15.2' },
  { version: '2.15.3-bad' },
  { natsConfig: { extra: { server_tags: ['broken'] } } },
  { natsConfig: { maxPayload: 4096 } },
  { natsConfig: {} },
  { paused: true },
  { paused: false },
  { hibernate: true },
  { hibernate: false },
  { size: 0 },
  { template: { spec: { priorityClassName: 'high' } } },
  { template: { spec: { priorityClassName: FORBIDDEN_PRIORITY_CLASS } } },
  { template: {} },
  { clusterName: 'other' },
  { clusterName: 'c' },
  { auth: { clientsAuthSecret: 'users', clusterAuthSecret: 'login-a' } },
  { auth: { clientsAuthSecret: 'users', clusterAuthSecret: 'login-b' } },
  { tls: routesTls },
  { tls: { ...routesTls, routesSecret: 'other-routes' } },
  { tls: {} },
];

const specChange = fc
  .constantFrom(...specs)
  .map(change => event(`spec ${JSON.stringify(change)}`, simulation => simulation.changeSpec(change)));

const turn = fc
  .record({ age: fc.constantFrom(0, 0, 0, 1, 4), writes: fc.constantFrom(Infinity, Infinity, 0, 1, 2, 5) })
  .map(turn => event(`operator, age ${turn.age}, ${turn.writes} writes`, simulation => void simulation.operate(turn)));

const pod = fc.nat(4);

/** The ordinary course of things. */
const progress = fc.oneof(
  fc.constant(event('statefulset', simulation => simulation.controlStatefulSet())),
  pod.map(index => event(`pod ${index} advances`, simulation => simulation.advancePod(index))),
  fc.constant(event('route', simulation => void simulation.mesh())),
  fc.constant(event('garbage', simulation => simulation.collectGarbage())),
  fc.constant(event('a round', simulation => void simulation.round())),
  fc.constant(event('ten rounds', simulation => Array.from({ length: 10 }, () => simulation.round()))),
);

const name = pod.map(index => `c-${index + 1}`);

const faults = fc.oneof(
  name.map(victim => event(`${victim} is evicted`, ({ node }) => node.terminate(victim))),
  name.map(victim =>
    event(`${victim} crashes`, ({ node }) =>
      node
        .list()
        .filter(each => each.name === victim)
        .forEach(each => node.crash(each)),
    ),
  ),
  name.map(victim => event(`${victim} falls sick`, ({ faults }) => faults.sick.add(victim))),
  name.map(victim => event(`${victim} recovers`, ({ faults }) => faults.sick.delete(victim))),
  name.map(victim => event(`${victim} can't be made`, ({ faults }) => faults.refused.add(victim))),
  name.map(victim => event(`${victim} can be made`, ({ faults }) => faults.refused.delete(victim))),
  name.map(victim => event(`${victim} falls silent`, ({ faults }) => faults.silent.add(victim))),
  name.map(victim => event(`${victim} speaks again`, ({ faults }) => faults.silent.delete(victim))),
  fc
    .boolean()
    .map(broken => event(`users ${broken ? 'broken' : 'mended'}`, ({ faults }) => void (faults.brokenUsers = broken))),
);

const withPart = (object: Json, path: readonly string[], value: unknown): Json => {
  const [key = '', ...rest] = path;
  return { ...object, [key]: rest.length === 0 ? value : withPart(part(object, key), rest, value) };
};

const setField = (kind: string, child: string, path: string, value: unknown): Event =>
  event(`by hand: ${kind} ${path} = ${JSON.stringify(value)}`, simulation => {
    simulation.edit(kind, child, object => withPart(object, path.split('.'), value));
  });

const handEdits = fc.oneof(
  fc.constantFrom(
    setField('StatefulSet', 'c', 'spec.replicas', 2),
    setField('StatefulSet', 'c', 'spec.updateStrategy', { type: 'RollingUpdate', rollingUpdate: { partition: 0 } }),
    setField('StatefulSet', 'c', 'spec.template.spec.terminationGracePeriodSeconds', 1),
    setField('StatefulSet', 'c', 'spec.template.spec.dnsPolicy', 'Default'),
    setField('Service', 'c', 'spec.selector.app', 'other'),
    setField('Service', 'c-mgmt', 'metadata.labels.mine', 'yes'),
    setField('PodDisruptionBudget', 'c', 'spec.maxUnavailable', 3),
    setField('Secret', 'c', 'data', { 'nats.conf': 'eA==' }),
  ),
  fc
    .constantFrom('StatefulSet', 'Service', 'Secret', 'PodDisruptionBudget')
    .map(kind => event(`by hand: ${kind} deleted`, simulation => simulation.remove(kind, 'c'))),
  fc.constant(
    event('by hand: another image', simulation =>
      simulation.edit('StatefulSet', 'c', object => {
        const containers = items(part(object, 'spec', 'template', 'spec').containers);
        const edited = containers.map(container => ({ ...container, image: 'other:1' }));
        return withPart(object, ['spec', 'template', 'spec', 'containers'], edited);
      }),
    ),
  ),
);

/** Specs under which no server can serve: an image that is not there, a configuration that servers refuse, pods that may not be made. */
export const badSpecs: readonly Partial<NatsClusterSpec>[] = [
  { version: '2.15.3-bad' },
  { natsConfig: { extra: { server_tags: ['broken'] } } },
  { template: { spec: { priorityClassName: FORBIDDEN_PRIORITY_CLASS } } },
];

const sizeChange = fc.constantFrom(1, 2, 3, 5).map(size => event(`size ${size}`, each => each.changeSpec({ size })));

/** What happens around a rollout: operators that are stopped, servers that are lost and fail, other sizes. Nobody edits a child by hand. */
const troubles = (maxLength: number): fc.Arbitrary<Event[]> =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: turn },
      { weight: 8, arbitrary: progress },
      { weight: 5, arbitrary: faults },
      { weight: 1, arbitrary: sizeChange },
    ),
    { maxLength },
  );

/** A cluster in trouble that is given one bad spec, and is in trouble afterwards too. */
export const badRollouts: fc.Arbitrary<Event[]> = fc
  .tuple(troubles(20), fc.constantFrom(...badSpecs), troubles(30))
  .map(([before, bad, after]) => [
    ...before,
    event(`spec ${JSON.stringify(bad)}`, simulation => simulation.changeSpec(bad)),
    ...after,
  ]);

/** A random life of a cluster: mostly turns and progress, with changes, faults and meddling between them. */
export const histories = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: turn },
    { weight: 8, arbitrary: progress },
    { weight: 3, arbitrary: specChange },
    { weight: 2, arbitrary: faults },
    { weight: 1, arbitrary: handEdits },
  ),
  { minLength: 5, maxLength: 50 },
);

/** How many histories are tried: the same ones each time, so that the result depends on the code alone; with HISTORIES=n, n other ones. */
export function historyRuns(count: number): { readonly numRuns: number; readonly seed?: number } {
  const { HISTORIES: others } = process.env;
  return others === undefined ? { numRuns: count, seed: 1 } : { numRuns: Number(others) };
}
