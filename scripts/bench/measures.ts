import { measureAdmission } from './admission';
import { measureCreation } from './creation';
import type { Figure } from './figure';
import { measureIdle } from './idle';
import { measureJetStream } from './jetstream';
import { jetStreamTable } from './jetstream-table';
import { measureMemory } from './memory';
import { measureReload } from './reload';
import { measureStart } from './start';
import { measureUpgrade } from './upgrade';
import type { NatsVersion } from '../../tools/toolchain/nats-versions';

/** One measure of docs/benchmarks.md. */
export interface Measure {
  /** Whether this checkout's operator is deployed to the local cluster for it, or the measure runs operators of its own. */
  readonly isDeployed: boolean;
  /** How many nodes the local cluster needs at least, and which servers besides those that it has from the start. */
  readonly needs?: { readonly nodes: number; readonly versions: readonly NatsVersion[] };
  readonly measure: (rounds: number) => Promise<readonly Figure[]>;
  /** How figures are printed for a reader, where a line for each is too little. */
  readonly describe?: (figures: readonly Figure[]) => string;
}

/** In the order that they are taken in. */
export const measures = {
  creation: {
    isDeployed: false,
    measure: async rounds => measureCreation(Math.ceil(rounds / 2)),
  },
  memory: { isDeployed: false, measure: measureMemory },
  idle: { isDeployed: false, measure: measureIdle },
  admission: { isDeployed: true, measure: measureAdmission },
  start: { isDeployed: true, measure: async rounds => measureStart(rounds * 2) },
  reload: { isDeployed: true, measure: async rounds => measureReload(rounds * 4) },
  upgrade: {
    isDeployed: true,
    measure: async rounds => measureUpgrade(Math.ceil(rounds / 3)),
  },
  jetstream: {
    isDeployed: true,
    needs: { nodes: 3, versions: ['2.12.15'] },
    measure: measureJetStream,
    describe: jetStreamTable,
  },
} as const satisfies Readonly<Record<string, Measure>>;

export type MeasureName = keyof typeof measures;

export const measureNames = Object.keys(measures) as MeasureName[];

/** @throws Error where there is no such measure */
export function parseNames(words: string | undefined): MeasureName[] {
  if (words === undefined) return measureNames;
  return words.split(',').map(word => {
    const name = measureNames.find(each => each === word.trim());
    if (name === undefined) throw new Error(`there is no measure ${word}, only ${measureNames.join(', ')}`);
    return name;
  });
}
