import { toSpecProblem, type SpecPart } from '../../../../src/nats-cluster/validation/spec-problem';

it.each<[string, SpecPart]>([
  ['', 'whole'],
  ['spec', 'whole'],
  ['spec.auth', 'auth'],
  ['spec.auth.token', 'auth'],
  ['spec.auth["a key"]', 'auth'],
  ['spec.authorization', 'other'],
  ['spec.auth-2', 'other'],
  ['spec.tls.serverSecret', 'tls'],
  ['spec.extraRoutes[1].route', 'extraRoutes'],
  ['spec["auth"]', 'other'],
  ['metadata.name', 'other'],
])('finds the part of a NatsCluster that the path %j leads to', (path, part) => {
  expect(toSpecProblem({ path, message: 'auth tls whole' }).part).toBe(part);
});
