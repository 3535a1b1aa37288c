import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import type { Child } from '../../../../src/nats-cluster/children';
import type { Observed } from '../../../../src/nats-cluster/observed';
import type { PodRejection } from '../../../../src/nats-cluster/rollout/pod-rejection';
import type { Problem } from '../../../../src/schema/problem';
import { noSecrets } from '../../../../src/nats-cluster/secrets/secret-facts';
import { validateSecrets, type SecretsValidation } from '../../../../src/nats-cluster/secrets/validate-secrets';
import type { SpecPart } from '../../../../src/nats-cluster/validation/spec-problem';
import { validateCluster } from '../../../../src/nats-cluster/validation/validate-cluster';
import type { ApplyAction } from '../../../../src/nats-cluster/action';
import type { EventDraft } from '../../../../src/nats-cluster/event-reasons';
import { appliedEvent, driftCorrectedEvent } from '../../../../src/nats-cluster/apply/apply-events';
import { storedFields } from '../../../../src/nats-cluster/apply/drift';
import { planAccess } from '../../../../src/nats-cluster/reload/access';
import { listMembers } from '../../../../src/nats-cluster/rollout/members';
import { planFrozenServers } from '../../../../src/nats-cluster/plan/frozen-plan';
import { sync } from '../../../../src/nats-cluster/sync';
import { secretOf } from '../../../fixtures/secret';

const NOW = new Date();
const good: NatsClusterSpec = { size: 1, version: '2.15.2', auth: { clientsAuthSecret: 'users' } };
const users = secretOf({ 'a.json': '{"users": [{"username": "a", "password": "p"}]}' });

const observe = (spec: object, children: readonly Child[] = [], others: Partial<Observed> = {}): Observed => ({
  cluster: { metadata: { name: 'c', namespace: 'n', uid: 'u', generation: 1 }, spec },
  ...{ children, pods: [], servers: new Map(), secrets: new Map([['users', users]]) },
  ...others,
});

const running = sync(observe(good), NOW).actions.flatMap(action => (action.type === 'apply' ? [action.child] : []));

/** The same problems in other words, and under other paths: nobody may tell them apart by these. */
const reworded = <P extends Problem>(problems: readonly P[]): P[] =>
  problems.map(problem => ({ ...problem, path: 'somewhere', message: 'is not right', hint: 'do better' }));

describe('who has access while a spec is invalid depends on where it is invalid, and not on how the problem is worded', () => {
  it.each<[string, object, boolean]>([
    ['in its users', { ...good, auth: { ...good.auth, tokn: 't' } }, false],
    ['in its size', { ...good, size: -1 }, true],
  ])('%s', (_where, spec, isCurrent) => {
    const observed = observe(spec, running);
    const { problems } = validateCluster(observed.cluster);
    const plan = planAccess(observed, problems, NOW);
    expect(problems).not.toEqual([]);
    expect(plan?.isCurrent).toBe(isCurrent);
    expect(planAccess(observed, reworded(problems), NOW)).toEqual(plan);
  });
});

it.each<[SpecPart, boolean]>([
  ['auth', false],
  ['whole', false],
  ['tls', true],
  ['size', true],
  ['other', true],
])('with a problem of the part %j, access is as the spec says: %s', (part, isCurrent) => {
  const problems = [{ part, path: 'spec.auth', message: 'is not right' }];
  expect(planAccess(observe(good, running), problems, NOW)?.isCurrent).toBe(isCurrent);
});

describe('whether a lost configuration is rendered while Secrets are broken depends on what they are for', () => {
  const oops = secretOf({ 'a.json': 'oops' });

  it.each<[string, NatsClusterSpec, boolean]>([
    ['users', good, false],
    ['credentials of routes', { ...good, auth: { clusterAuthSecret: 'users' } }, false],
    ['credentials of gateways', { ...good, auth: { gatewayAuthSecret: 'users' } }, false],
    ['a certificate', { ...good, auth: {}, tls: { serverSecret: 'users' } }, true],
    ["an operator's JWT", { ...good, auth: {}, operatorConfig: { secret: 'users' } }, true],
  ])('as for %s', (_what, spec, isRendered) => {
    const observed = observe(spec);
    const owner = { name: 'c', namespace: 'n', spec };
    const review = validateSecrets(owner, new Map([['users', oops]]), NOW);
    const kinds = (secrets: SecretsValidation): string[] =>
      planFrozenServers(resolveCluster(observed.cluster, noSecrets), observed, secrets).children.map(
        ({ kind }) => kind,
      );
    expect(review.problems).not.toEqual([]);
    expect(kinds(review).includes('Secret')).toBe(isRendered);
    expect(kinds({ ...review, problems: reworded(review.problems) })).toEqual(kinds(review));
  });
});

it.each([
  ['template', true],
  ['other', false],
] as const)('a missing pod counts as rejected for its template by the cause %s alone', (cause, refused) => {
  const rejected = (podRejection: PodRejection): unknown =>
    listMembers('c', 1, undefined, observe(good, [], { podRejection })).map(member => member.refused);
  for (const message of ['violates PodSecurity', 'exceeded quota', ''])
    expect(rejected({ message, cause })).toEqual([refused]);
});

it('an Event names the first field that an apply has really changed where it is a correction, whatever it said before', () => {
  const [child] = running;
  if (child === undefined) throw new Error('a new cluster has children');
  const drift = ['data.a', 'data.b'].map(path => ({ path, desired: 'ours', live: 'theirs' }));
  const stored = storedFields({ metadata: {}, ...{ data: { a: 'ours' } } }, { data: { a: 'theirs' } });
  const event: EventDraft = { type: 'Normal', reason: 'Updated', message: 'in other words' };
  const action: ApplyAction = {
    ...{ type: 'apply', child, adoptFieldOwnership: false, isFirst: true, disruptive: false, event, drift },
    isCorrection: true,
  };
  expect(appliedEvent(action, stored)).toEqual(driftCorrectedEvent(child, 'data.b'));
  expect(appliedEvent({ ...action, isCorrection: false }, stored)).toEqual(event);
});
