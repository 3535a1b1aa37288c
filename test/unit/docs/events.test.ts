import { eventReasons } from '../../../src/nats-cluster/event-reasons';
import { conditionReasons } from '../../../src/nats-cluster/status/condition-reasons';
import { conditionTypes } from '../../../src/nats-cluster/status/condition-types';
import type { ReasonRow } from '../../../src/nats-cluster/status/reason-row';
import { roleReasons } from '../../../src/nats-cluster/status/role-reasons';
import { states } from '../../../src/nats-cluster/status/states';
import { eventsDocument } from '../../fixtures/events-document';
import { readPage } from './page';

const rows: readonly ReasonRow[] = conditionReasons;

describe('docs/events.md', () => {
  it('is what npm run events-document writes', () => {
    expect(readPage('docs/events.md')).toBe(eventsDocument());
  });
});

describe('the table of reasons', () => {
  it('has each reason of a condition once', () => {
    const keys = rows.flatMap(({ reason, types }) => types.map(type => `${type} ${reason}`));
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('has reasons for every condition', () => {
    const described = new Set<string>(rows.flatMap(({ types }) => types));
    expect(Object.keys(conditionTypes).filter(type => !described.has(type))).toEqual([]);
  });

  it('has an Event of what is wrong a Warning, and of what is well none', () => {
    const told = rows.flatMap(({ severity, event }) => (event === undefined ? [] : [{ severity, event }]));
    for (const { severity, event } of told)
      expect(`${event} ${eventReasons[event].type}`).toBe(
        `${event} ${severity === 'ok' || severity === 'progress' ? 'Normal' : 'Warning'}`,
      );
  });

  it('has words that people can act on: a state for whatever only they can change', () => {
    const stalled = rows.filter(({ severity }) => severity === 'stalled');
    expect(stalled.filter(({ state }) => state === undefined || !(state in states))).toEqual([]);
    expect(stalled.every(({ types }) => types.includes('Stalled'))).toBe(true);
    expect([...stalled, ...roleReasons].filter(({ action }) => action === '')).toEqual([]);
  });
});
