import { PassThrough, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ByteBudget, TooLargeError, type Line } from '../../../src/runtime/byte-budget';

const LIMITS = { maxBytes: 1_000, freeBytes: 100, large: 2 };

const chunks = (size: number, count: number): Readable =>
  Readable.from(Array.from({ length: count }, () => Buffer.alloc(size, 'a')));

async function linesOf(budget: ByteBudget, body: Readable): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of budget.lines(body)) lines.push(line);
  return lines;
}

/** A body that stays open, and has so many bytes by now. */
function open(bytes: number): PassThrough {
  const body = new PassThrough({ highWaterMark: 10_000 });
  body.write(Buffer.alloc(bytes, 'a'));
  return body;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

describe('a budget of bytes', () => {
  it('refuses a body that is too large with its beginning, and reads no more of it', async () => {
    const body = chunks(300, 1_000);
    const error = await new ByteBudget(LIMITS).read(body, 'a', text => text).catch((rejection: unknown) => rejection);
    expect(error).toBeInstanceOf(TooLargeError);
    expect((error as TooLargeError).head).toMatch(/^a+$/);
    expect(body.destroyed).toBe(true);
  });

  it('reads so many large bodies at a time, and small ones in any case', async () => {
    const budget = new ByteBudget(LIMITS);
    const taken: string[] = [];
    const read = async (name: string, body: Readable): Promise<unknown> =>
      budget.read(body, name, () => taken.push(name));
    const bodies = [open(500), open(500), open(500)];
    const reads = bodies.map(async (body, index) => read(`large ${index}`, body));
    await settled();
    bodies[2]?.end();
    await settled();
    expect(taken).toEqual([]);
    await read('small', chunks(10, 5));
    expect(taken).toEqual(['small']);
    bodies[0]?.end();
    await settled();
    expect(taken).toEqual(['small', 'large 0', 'large 2']);
    bodies[1]?.end();
    await Promise.all(reads);
  });

  it('gives the room of a body back that breaks off', async () => {
    const budget = new ByteBudget({ ...LIMITS, large: 1 });
    const broken = open(500);
    const reading = budget.read(broken, 'a', text => text);
    await settled();
    broken.destroy(new Error('reset'));
    await expect(reading).rejects.toThrow('reset');
    await expect(budget.read(chunks(300, 2), 'b', text => text.length)).resolves.toBe(600);
  });

  it('gives the lines of a body, however they are cut into pieces', async () => {
    const text = 'one\ntwo, which is longer\n\nlast';
    for (const size of [1, 2, 5, 100]) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
        Buffer.from(text.slice(at * size, (at + 1) * size)),
      );
      const lines = await linesOf(new ByteBudget(LIMITS), Readable.from(pieces));
      expect(lines.map(line => line.text)).toEqual(['one', 'two, which is longer', '', 'last']);
    }
  });

  it('reads over a line that is too long, holds nothing but its beginning, and goes on with the next', async () => {
    const long = Array.from({ length: 500 }, (_, index) => Buffer.alloc(100, index === 0 ? 'h' : 'a'));
    const body = Readable.from([Buffer.from('before\n'), ...long, Buffer.from('\nafter\n')]);
    const lines = await linesOf(new ByteBudget({ ...LIMITS, large: 1 }), body);
    expect(lines.map(({ isCut }) => isCut)).toEqual([false, true, false]);
    expect(lines[1]?.text.startsWith('h'.repeat(100))).toBe(true);
    expect(lines[1]?.text.length).toBeLessThanOrEqual(4_096);
    expect(lines[2]?.text).toBe('after');
  });
});
