import * as fc from 'fast-check';
import { INCLUDE, type Conf, type ConfBlock, type ConfValue } from '../../src/nats/conf/conf';
import { printableKey, printableText } from './texts';

const number = fc
  .oneof(
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Number.isInteger(value)),
  )
  .map(value => value + 0);

/** Any configuration that can be printed, without includes. */
export const plainConf: fc.Arbitrary<Conf> = fc.letrec<{ block: ConfBlock; value: ConfValue }>(tie => ({
  block: fc.dictionary(printableKey, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  value: fc.oneof(
    { depthSize: 'small' },
    printableText,
    number,
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('block'),
  ),
})).block;

/** Any configuration that can be printed, with includes at its top and in one of its blocks. */
export const conf: fc.Arbitrary<Conf> = fc
  .tuple(plainConf, plainConf, includes(), includes())
  .map(([outer, inner, atTop, inBlock]) => ({ ...including(outer, atTop), block: including(inner, inBlock) }));

function includes(): fc.Arbitrary<string[]> {
  return fc.array(
    printableKey.filter(path => path !== ''),
    { maxLength: 2 },
  );
}

const including = (block: ConfBlock, paths: readonly string[]): ConfBlock =>
  paths.length === 0 ? block : { ...block, [INCLUDE]: paths };
