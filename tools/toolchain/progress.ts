const reminderMs = 60_000;

/**
 * Runs `work` and prints a line when it begins and one when it has ended, with the seconds it took, so that whoever waits sees what for. `hint` says how long it usually takes.
 */
export async function step<T>(title: string, work: () => Promise<T>, hint?: string): Promise<T> {
  const begin = Date.now();
  say(`  … ${title}${hint === undefined ? '' : ` (${hint})`}`);
  try {
    const result = await work();
    say(`  ✓ ${title}, ${seconds(begin)}`);
    return result;
  } catch (error) {
    say(`  ✗ ${title}, ${seconds(begin)}`);
    throw error;
  }
}

/** Runs `work`, and prints once a minute that it is still at it. */
export async function reminding<T>(title: string, work: () => Promise<T>): Promise<T> {
  const begin = Date.now();
  const reminder = setInterval(() => say(`  … ${title}, ${seconds(begin)} so far`), reminderMs);
  try {
    return await work();
  } finally {
    clearInterval(reminder);
  }
}

/** One line for the person who waits; on stderr, for stdout belongs to the command's own answer. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
