import * as fc from 'fast-check';
import type { Conf } from '../../src/nats/conf/conf';
import { printConf } from '../../src/nats/conf/print';
import { plainConf } from '../arbitraries/conf';
import { printableText } from '../arbitraries/texts';
import { readByNats } from './support/conf-reader';
import { describeNats } from './support/describe-nats';
import { allVersions } from './support/versions';

/** Many configurations to a process of the reader, for speed. */
const batches = (conf: fc.Arbitrary<Conf>): fc.Arbitrary<Conf[]> => fc.array(conf, { minLength: 1, maxLength: 50 });

describeNats.each(allVersions)('the parser of nats-server %s', version => {
  async function readBack(confs: readonly Conf[]): Promise<void> {
    const readings = await readByNats(version, confs.map(printConf));
    expect(readings).toEqual(confs.map(value => ({ value })));
  }

  test('reads any string as what it is', async () => {
    const strings = batches(fc.record({ text: printableText, list: fc.array(printableText) }));
    await fc.assert(fc.asyncProperty(strings, readBack), { numRuns: 20 });
  });

  test('reads any configuration that we print as what it is', async () => {
    await fc.assert(fc.asyncProperty(batches(plainConf), readBack), { numRuns: 20 });
  });
});
