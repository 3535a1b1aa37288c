import { companionNames, faultKinds, faultNames, type FaultName } from '../../../../scripts/chaos/fault-kinds';
import { schedule, type Burst } from '../../../../scripts/chaos/schedule';
import { findUpgradeStep } from '../../../../src/nats-cluster/jetstream/upgrade-path';
import { parseServerVersion } from '../../../../src/nats/server-version';

const ROUND = faultNames.reduce((sum, name) => sum + faultKinds[name].share, 0);

function take(seed: number, count: number): Burst[] {
  const bursts = schedule(seed, '2.12.15');
  return Array.from({ length: count }, () => bursts.next().value);
}

const names = (bursts: readonly Burst[]): FaultName[] => bursts.map(({ fault }) => fault.name);
const changes = (bursts: readonly Burst[], name: FaultName): object[] =>
  bursts.flatMap(({ fault }) => (fault.name === name ? [fault.change] : []));

describe('the schedule of faults', () => {
  it('is the same for the same seed', () => {
    expect(take(7, 100)).toEqual(take(7, 100));
  });

  it('begins differently for neighbouring seeds', () => {
    const first = Array.from({ length: 20 }, (_, seed) => JSON.stringify(take(seed, 3)));
    expect(new Set(first).size).toBe(20);
    expect(new Set(Array.from({ length: 20 }, (_, seed) => take(seed, 1)[0]?.fault.name)).size).toBeGreaterThan(5);
  });

  it('has every fault in each round, in another order', () => {
    const bursts = take(3, 2 * ROUND);
    const rounds = [bursts.slice(0, ROUND), bursts.slice(ROUND)].map(names);
    for (const round of rounds) expect(new Set(round)).toEqual(new Set(faultNames));
    expect(rounds[0]).not.toEqual(rounds[1]);
    expect([...(rounds[0] ?? [])].sort()).toEqual([...(rounds[1] ?? [])].sort());
  });

  it('takes down one server at a time: what comes while a fault lasts takes down none', () => {
    const companions = take(5, 500).flatMap(({ companion }) => (companion === undefined ? [] : [companion.fault.name]));
    expect(companions.length).toBeGreaterThan(50);
    expect(companions.filter(name => !companionNames.includes(name))).toEqual([]);
    expect(companionNames.map(name => faultKinds[name].scope).sort()).toEqual([
      'API server',
      'API server',
      'operator',
      'operator',
    ]);
  });

  it('names servers and nodes from 1 to 3', () => {
    const targets = new Set(take(9, 300).map(({ fault }) => fault.target));
    expect([...targets].sort()).toEqual([1, 2, 3]);
  });

  it('changes versions by each step that the operator supports, and never below 2.14 again', () => {
    const versions = changes(take(11, 20 * ROUND), 'version').map(change => (change as { version: string }).version);
    expect(new Set(versions)).toEqual(new Set(['2.14.9', '2.15.2']));
    versions.slice(1).forEach((version, index) => expect(version).not.toBe(versions[index]));
    const [old, newest] = [parseServerVersion('2.12.15'), parseServerVersion('2.15.2')];
    expect(old && newest && findUpgradeStep(old, newest)).toBe('2.14.9');
  });

  it('only grows volumes, and changes an option each time', () => {
    const bursts = take(13, 30 * ROUND);
    const sizes = changes(bursts, 'growth').map(change => Number(/"size":"(\d+)Mi"/.exec(JSON.stringify(change))?.[1]));
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes[0]).toBe(144);
    const options = [...changes(bursts, 'reload'), ...changes(bursts, 'restart')].map(change => JSON.stringify(change));
    expect(new Set(options).size).toBe(options.length);
  });
});
