import { join } from 'node:path';
import { projectRoot } from '../../scripts/image/project-root';
import { withLock } from '../../tools/toolchain/lock';

const LOCK = join(projectRoot, '.work/api-tests.lock');

/** Keeps the tests of a file from running beside those of others that call this: what floods a machine, and what measures seconds on it. */
export function runExclusively(): void {
  let end: () => void = () => undefined;
  const ended = new Promise<void>(resolve => (end = resolve));
  beforeAll(
    async () =>
      new Promise<void>((begin, fail) => {
        const hold = async (): Promise<void> => {
          begin();
          await ended;
        };
        withLock(LOCK, () => undefined, hold).catch(fail);
      }),
    900_000,
  );
  afterAll(() => end());
}
