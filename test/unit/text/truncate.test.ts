import * as fc from 'fast-check';
import { truncate } from '../../../src/text/truncate';

describe('truncating a text', () => {
  it('keeps a text that fits to the last byte', () => {
    expect(truncate('ééé', 6)).toBe('ééé');
  });

  it('counts bytes, and cuts no character in two', () => {
    expect(truncate('éééé', 7)).toBe('éé…');
    expect(truncate('😀😀', 7)).toBe('😀…');
    expect(truncate('é'.repeat(900), 1024)).toBe(`${'é'.repeat(510)}…`);
  });

  it('never exceeds the limit and keeps as much as there is room for', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 });
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 60 }), (whole, bytes) => {
        const cut = truncate(whole, bytes);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytes);
        if (cut === whole) return;
        expect(whole.startsWith(cut.slice(0, -1))).toBe(true);
        expect(Buffer.byteLength(cut)).toBeGreaterThan(bytes - 4);
        expect(cut).not.toContain('\ufffd');
      }),
    );
  });
});
