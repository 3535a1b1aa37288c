import { confKey } from '../../nats/conf/conf-key';
import { isPrintableMap, type Printable, type PrintableMap } from '../../nats/printable';
import { withReadableSizes } from '../../nats/size-options';
import { isBlock, members, type Conf, type ConfBlock, type ConfValue } from '../../nats/conf/conf';

/**
 * Adds `natsConfig.extra` to our configuration. A block of ours takes up the members that the user adds to it; whatever else
 * we write stays as it is, in any spelling, which validation has reported already.
 *
 * @throws RangeError where extra holds what `unprintable` finds
 */
export function withExtra(ours: Conf, extra: unknown = {}): Conf {
  if (!isPrintableMap(extra)) throw new RangeError('spec.natsConfig.extra has values that NATS cannot read');
  return merge(ours, withReadableSizes(extra));
}

function merge(ours: ConfBlock, extra: PrintableMap): ConfBlock {
  const taken = new Set(members(ours).map(([key]) => confKey(key)));
  const added = Object.entries(extra).filter(([key]) => !taken.has(confKey(key)));
  const kept = Object.entries(ours).map(([key, value]): [string, ConfValue | undefined] => [
    key,
    mergeValue(value, extra[key]),
  ]);
  return { ...ours, ...Object.fromEntries(kept), ...Object.fromEntries(added) };
}

function mergeValue(value: ConfValue | undefined, extra: Printable | undefined): ConfValue | undefined {
  return isBlock(value) && isMap(extra) ? merge(value, extra) : value;
}

const isMap = (value: Printable | undefined): value is PrintableMap =>
  typeof value === 'object' && !Array.isArray(value);
