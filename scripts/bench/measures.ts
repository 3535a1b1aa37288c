import { measureAdmission } from './admission';
import { measureCreation } from './creation';
import type { Figure } from './figure';
import { measureIdle } from './idle';
import { measureMemory } from './memory';
import { measureReload } from './reload';
import { measureStart } from './start';
import { measureUpgrade } from './upgrade';

/** One measure of docs/benchmarks.md. */
export interface Measure {
  /** Whether this checkout's operator is deployed to the local cluster for it, or the measure runs operators of its own. */
  readonly isDeployed: boolean;
  readonly measure: (rounds: number) => Promise<readonly Figure[]>;
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
