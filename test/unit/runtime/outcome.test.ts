import {
  done,
  failed,
  noLaterThan,
  requeueAfterOf,
  stalled,
  waiting,
  type Outcome,
} from '../../../src/runtime/outcome';

const error = new Error('broken');

describe('requeueAfterOf', () => {
  test.each<[string, Outcome, number | undefined]>([
    ['waits for an event when done', done(), undefined],
    ['requeues when done, after the given time', done(300_000), 300_000],
    ['requeues what waits', waiting(250), 250],
    ['requeues what is stalled', stalled(60_000), 60_000],
  ])('%s', (_title, outcome, expected) => {
    expect(requeueAfterOf(outcome)).toBe(expected);
  });

  test('throws the error of a failure, for the work queue to back off', () => {
    expect(() => requeueAfterOf(failed(error))).toThrow(error);
  });
});

describe('noLaterThan', () => {
  test.each<[Outcome, number | undefined, Outcome]>([
    [done(), 5_000, done(5_000)],
    [done(10_000), 5_000, done(5_000)],
    [done(1_000), 5_000, done(1_000)],
    [done(1_000), undefined, done(1_000)],
    [waiting(1_000), 50, waiting(50)],
    [failed(error), 50, failed(error)],
  ])('%j within %p ms is %j', (outcome, milliseconds, expected) => {
    expect(noLaterThan(outcome, milliseconds)).toEqual(expected);
  });
});
