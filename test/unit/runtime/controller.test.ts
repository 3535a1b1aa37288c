import { Controller } from '../../../src/runtime/controller';
import { NotOwnerError } from '../../../src/runtime/namespace-ownership';
import { done, failed, type Outcome } from '../../../src/runtime/outcome';
import { waitFor } from '../../cluster/support/wait-for';

const KEY = 'team/c';

describe('Controller', () => {
  let owned: Set<string>;
  let outcomes: Outcome[];
  let reconciled: string[];
  let reported: [string, string][];
  let warnings: object[];
  let controller: Controller;

  beforeEach(() => {
    owned = new Set(['team']);
    [outcomes, reconciled, reported, warnings] = [[], [], [], []];
    controller = new Controller({
      subject: 'cluster',
      log: { info: () => undefined, warn: fields => void warnings.push(fields) },
      ownership: {
        has: namespace => owned.has(namespace),
        other: namespace => (owned.has(namespace) ? undefined : 'another operator'),
        during: async (_namespace, work) => work(),
      },
      reconcile: async key => {
        reconciled.push(key);
        return Promise.resolve(outcomes.shift() ?? done());
      },
      reportOtherOwner: async (key, other) => {
        reported.push([key, other]);
        return Promise.resolve(true);
      },
    });
  });

  afterEach(() => controller.stop());

  async function waitForReconciles(count: number): Promise<void> {
    const isDone = (): boolean => reconciled.length >= count && controller.depth().running === 0;
    await waitFor(isDone, { what: `${count} reconciliations`, interval: 5 });
  }

  it('retries a failure, and logs it under the name of the kind', async () => {
    outcomes = [failed(new Error('broken'))];
    controller.add(KEY);
    await waitForReconciles(2);
    expect(reconciled).toEqual([KEY, KEY]);
    expect(warnings).toMatchObject([{ cluster: KEY, error: 'broken' }]);
  });

  it('reconciles again after the delay that the outcome names', async () => {
    outcomes = [done(60)];
    controller.add(KEY);
    await waitForReconciles(2);
    expect(warnings).toEqual([]);
  });

  it('skips an object of another operator, reports that once, and reconciles it when it is its own', async () => {
    owned.clear();
    controller.add(KEY);
    await waitFor(() => reported.length > 0, { what: 'the report', interval: 5 });
    controller.add(KEY);
    controller.resume([KEY], () => undefined);
    await waitFor(() => controller.depth().waiting + controller.depth().running === 0, {
      what: 'the queue to be empty',
    });
    expect(reconciled).toEqual([]);
    expect(reported).toEqual([[KEY, 'another operator']]);
    owned.add('team');
    const resumed: string[] = [];
    controller.resume([KEY], key => void resumed.push(key));
    await waitForReconciles(1);
    expect(resumed).toEqual([KEY]);
  });

  it('does not retry what another operator has taken over during its reconciliation', async () => {
    outcomes = [failed(new NotOwnerError())];
    controller = new Controller({
      subject: 'cluster',
      log: { info: () => undefined, warn: fields => void warnings.push(fields) },
      ownership: {
        has: namespace => owned.has(namespace),
        other: () => undefined,
        during: async (namespace, work) => {
          owned.delete(namespace ?? '');
          return work();
        },
      },
      reconcile: async key => {
        reconciled.push(key);
        return Promise.resolve(outcomes.shift() ?? done());
      },
      reportOtherOwner: async () => Promise.resolve(true),
    });
    controller.add(KEY);
    await waitForReconciles(1);
    expect(await controller.isSkipped(KEY)).toBe(true);
    expect(warnings).toEqual([]);
  });
});
