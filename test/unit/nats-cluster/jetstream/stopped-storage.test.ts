import { hasStopped } from '../../../../src/nats-cluster/jetstream/stopped-storage';

/** As servers 2.10.29, 2.14.9 and 2.15.2 say it: nats-server, server/monitor.go, healthz. */
test.each([
  '/healthz?js-enabled-only=true answers 503: JetStream not enabled',
  "/healthz answers 503: JetStream stream 'A > ORDERS' write error: no space left on device",
  "/healthz answers 503: JetStream stream 'A > ORDERS' is not current: node write error: no space left on device",
  '/healthz answers 503: JetStream meta layer apply error: unexpected EOF',
])('a server that says %p has stopped storing', problem => {
  expect(hasStopped(problem)).toBe(true);
});

test.each([
  undefined,
  '/healthz answers 503: JetStream is not current with the meta leader',
  '/healthz answers 503: JetStream has not established contact with a meta leader',
  "/healthz answers 503: JetStream stream 'A > write_error' is not current: stream not found",
])('a server that says %p has not', problem => {
  expect(hasStopped(problem)).toBe(false);
});
