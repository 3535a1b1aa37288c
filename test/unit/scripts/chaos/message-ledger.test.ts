import { MessageLedger } from '../../../../scripts/chaos/message-ledger';

function ledgerOf(...acknowledged: string[]): MessageLedger {
  const ledger = new MessageLedger('ORDERS');
  acknowledged.forEach((id, index) => ledger.acknowledge(id, index * 100));
  return ledger;
}

describe('the accounting of messages', () => {
  it('finds an acknowledged message that is not stored, and one that is stored twice', () => {
    const ledger = ledgerOf('a', 'b', 'c');
    expect(ledger.compare(['a', 'c', 'a', 'x'])).toEqual({ lost: ['b'], storedTwice: ['a'] });
    expect(ledger.compare(['a', 'b', 'c', 'x'])).toEqual({ lost: [], storedTwice: [] });
  });

  it('waits for each acknowledged message to be delivered, in whichever order both are heard of', () => {
    const ledger = new MessageLedger('ORDERS');
    ledger.deliver('a', 1);
    ledger.acknowledge('a', 0);
    ledger.acknowledge('b', 0);
    expect(ledger.undelivered).toEqual(['b']);
    ledger.deliver('b', 2);
    expect(ledger.undelivered).toEqual([]);
  });

  it('distinguishes a message that is delivered again from one that is stored twice', () => {
    const ledger = ledgerOf('a', 'b');
    ledger.deliver('a', 1);
    ledger.deliver('a', 1);
    expect(ledger.redelivered).toBe(1);
    expect(ledger.duplicates).toEqual([]);
    ledger.deliver('b', 2);
    ledger.deliver('b', 9);
    expect(ledger.duplicates).toEqual(['b is stored at 2 and at 9']);
  });

  it('forgives what was acknowledged before the only volume was lost, and nothing after it', () => {
    const ledger = ledgerOf('a', 'b');
    ledger.forgive();
    ledger.acknowledge('c', 0);
    expect(ledger.compare([]).lost).toEqual(['c']);
    expect(ledger.undelivered).toEqual(['c']);
  });

  it('measures the longest pause since it was asked for last, with the one that lasts', () => {
    const ledger = new MessageLedger('ORDERS');
    expect(ledger.takeLongestPause(5_000)).toBe(0);
    [6_000, 6_100, 8_100, 8_200].forEach((now, index) => ledger.acknowledge(String(index), now));
    expect(ledger.takeLongestPause(8_300)).toBe(2_000);
    expect(ledger.takeLongestPause(9_300)).toBe(1_000);
  });
});
