import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attempt } from '../../tools/toolchain/command';
import { natsServerBinary } from '../../tools/toolchain/nats-server';
import { isAtLeast } from '../../src/nats/server-version';
import { sharedBlocks } from '../../src/nats-cluster/validation/reserved-conf-keys';
import { optionType, typedOptions } from '../../src/nats/option-types';
import { knownOptions, optionSince } from '../../src/nats/server-options';
import { describeNats } from './support/describe-nats';
import { checkConf } from './support/nats-server';
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

describeNats.each([...supportedVersions.slice(0, 1), ...supportedVersions.slice(-1)])('nats-server %s', version => {
  test('does not start with a value that admission refuses for its kind', async () => {
    const known = typedOptions().filter(option =>
      isAtLeast({ tag: version, release: version }, optionSince(option) ?? ''),
    );
    expect(known.length).toBeGreaterThan(25);
    const taken = await Promise.all(
      known.map(async option => {
        const wrong = [true, 'x'].find(value => !optionType(option)?.takes(value));
        const [block, member] = option.split('.');
        const conf = member === undefined ? { [option]: wrong } : { [block ?? '']: { [member]: wrong } };
        const { code } = await checkConf(version, JSON.stringify(conf));
        return wrong === undefined || code === 0 ? [option] : [];
      }),
    );
    expect(taken.flat()).toEqual([]);
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
