import { FairSlots } from '../../../src/runtime/fair-slots';

const options = { slots: 8, slowSlots: 16, slowSlotsOfTenant: 4, slowAfter: 2_000 };

describe('slots for work', () => {
  let now: number;
  let slots: FairSlots;

  beforeEach(() => {
    now = 0;
    slots = new FairSlots({ ...options, clock: () => now });
  });

  /** @returns how many slots a tenant that wants them all is given */
  const takeAll = (tenant: string, isSlow = false): number => {
    for (let count = 0; ; count += 1) if (slots.take(tenant, isSlow) === undefined) return count;
  };

  it('are all given to one tenant that is alone', () => {
    expect(takeAll('a')).toBe(8);
    expect(takeAll('b')).toBe(0);
  });

  it('are left to others by a tenant whose work is known to be slow', () => {
    expect(takeAll('a', true)).toBe(4);
    expect(takeAll('b')).toBe(8);
  });

  it('are left to others by a tenant whose work turns out to be slow', () => {
    expect(takeAll('a')).toBe(8);
    now = 2_000;
    slots.moveSlow();
    expect(slots.take('b', false)).toBeDefined();
    // Of the four that have become free one tenant that has filled its slow slots takes none, as it holds others still.
    expect(takeAll('a')).toBe(0);
    expect(takeAll('b')).toBe(3);
  });

  it('are one for a tenant that has filled its slow slots', () => {
    expect(takeAll('a', true)).toBe(4);
    expect(takeAll('a')).toBe(1);
  });

  it('for slow work are bounded in sum', () => {
    expect(['a', 'b', 'c', 'd', 'e'].map(tenant => takeAll(tenant, true))).toEqual([4, 4, 4, 4, 0]);
  });

  it('can be taken again when they are given back', () => {
    const slot = slots.take('a', false);
    if (slot === undefined) throw new Error('no slot');
    expect(takeAll('b')).toBe(7);
    slots.release(slot);
    expect(slots.heldBy('a')).toBe(0);
    expect(takeAll('b')).toBe(1);
  });
});
