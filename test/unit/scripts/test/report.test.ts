import { brokenTier, summary, tierResult, withoutSkips } from '../../../../scripts/test/report';

const file = (name: string, statuses: string[], status = 'passed') => ({
  name,
  status,
  message: '',
  assertionResults: statuses.map((each, index) => ({ status: each, fullName: `${name} ${index}` })),
});

describe('the summary of a test run', () => {
  test('counts what jest reports, tier by tier, and ends with the sum', () => {
    const unit = tierResult('unit', 1.2, { testResults: [file('a', ['passed', 'passed']), file('b', ['passed'])] });
    const api = tierResult('api', 60, { testResults: [file('c', ['passed', 'failed'], 'failed')] });
    const lines = summary([unit, api]).split('\n');
    expect(lines).toEqual([
      '  unit     3 passed, 0 failed, 1 s',
      '  api      1 passed, 1 failed, 60 s',
      '  ✗ api: c 1',
      '4 passed, 1 failed',
    ]);
  });

  test('counts a file that could not be loaded as a failure', () => {
    const result = tierResult('unit', 0, { testResults: [file('/test/unit/broken.test.ts', [], 'failed')] });
    expect(result).toMatchObject({ passed: 0, failed: 1, failures: ['/test/unit/broken.test.ts'] });
  });

  test('shows the beginning of the reason, without colors and stack', () => {
    const failed = {
      status: 'failed',
      fullName: 'adds',
      failureMessages: ['\u001b[31mExpected: 2\u001b[39m\n\nReceived: 3\n    at add (a.ts:1:1)'],
    };
    const testResults = [{ name: 'a', status: 'failed', message: '', assertionResults: [failed] }];
    expect(tierResult('unit', 0, { testResults }).failures).toEqual(['adds\n      Expected: 2\n      Received: 3']);
  });

  test('counts a file whose tests passed but whose teardown failed as a failure', () => {
    expect(tierResult('unit', 0, { testResults: [file('a', ['passed'], 'failed')] })).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  test('shows what was skipped, and counts it as failed in CI', () => {
    const result = tierResult('cluster', 0, { testResults: [file('a', ['passed', 'pending', 'todo'])] });
    expect(summary([result])).toMatch(/\n1 passed, 0 failed, 2 skipped$/);
    expect(summary([withoutSkips(result)])).toMatch(/\n1 passed, 2 failed$/);
  });

  test('says why a tier could not be started', () => {
    expect(summary([brokenTier('cluster', 0, 'it needs root')])).toBe(
      '  cluster  0 passed, 1 failed, 0 s\n  ✗ cluster: it needs root\n0 passed, 1 failed',
    );
  });
});
