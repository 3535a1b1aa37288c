import { parsePodRejection, type PodRejectionCause } from '../../../../src/nats-cluster/rollout/pod-rejection';

it.each<[string, PodRejectionCause]>([
  ['pods "c-1" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3', 'other'],
  ['Internal error occurred: failed calling webhook "x": connection refused', 'other'],
  ['pods "c-1" is forbidden: violates PodSecurity "restricted:latest": hostPort', 'template'],
  ['pods "c-1" is forbidden: no PriorityClass with name high was found', 'template'],
  ['admission webhook "policy" denied the request: no', 'template'],
  ['Pod "c-1" is invalid: spec.containers[0].image: Required value', 'template'],
  ['pods "c-1" is forbidden: maximum cpu usage per Container is 1, but limit is 2', 'template'],
])('of %j keeps the words of the API server and finds its cause', (words, cause) => {
  const message = `create Pod c-1 in StatefulSet c failed error: ${words}`;
  expect(parsePodRejection(message)).toEqual({ message: words, cause });
});
