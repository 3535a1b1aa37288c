import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attempt } from '../../scripts/toolchain/command';
import { natsServerBinary } from '../../scripts/toolchain/nats-server';
import { isAtLeast } from '../../src/model/server-version';
import { sharedBlocks } from '../../src/model/reserved-conf-keys';
import { knownOptions, optionSince } from '../../src/model/validation/server-options';
import { describeNats } from './support/describe-nats';
import { supportedVersions } from './support/versions';

describeNats.each(supportedVersions)('nats-server %s', version => {
  test('knows the options that admission takes it to know', async () => {
    const server = await natsServerBinary(version);
    const isTooOld = (option: string): boolean =>
      !isAtLeast({ tag: version, release: version }, optionSince(option) ?? '');
    expect(await unknownTo(server, knownOptions())).toEqual(knownOptions().filter(isTooOld));
    for (const block of sharedBlocks) {
      const options = knownOptions(block);
      const unknown = await Promise.all(options.map(option => unknownTo(server, [option], block)));
      expect([block, ...unknown.flat()]).toEqual([block, ...options.filter(option => isTooOld(`${block}.${option}`))]);
    }
  });
});

/** Which of these options, of the top level or of a block, that server does not know; their values are wrong on purpose. */
async function unknownTo(server: string, options: readonly string[], block?: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-options-'));
  const lines = options.map(option => `${option}: "x"`).join('\n');
  try {
    await writeFile(join(folder, 'nats.conf'), block === undefined ? lines : `${block} {\n${lines}\n}`);
    const { stderr } = await attempt(server, ['-t', '-c', join(folder, 'nats.conf')]);
    return options.filter(option => stderr.includes(`unknown field "${option}"`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
