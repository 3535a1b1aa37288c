import pMap from 'p-map';
import { clusterPrograms } from './cluster-programs';
import { ensureGoProgram, type GoProgram } from '../toolchain/go-program';
import type { ImageArchive } from '../toolchain/image-artifact';
import { ensureNatsImage } from '../toolchain/nats-image';
import { newestNatsVersion, preloadedNatsVersions } from '../toolchain/nats-versions';
import { ensurePauseImage } from './pause-image';
import { pauseImage } from './container-runtime';
import { programPaths, type ProgramPaths } from './program-paths';
import { ensureVolumeProvisioner } from './volumes';

/** What a cluster is made of, built or found in the cache. */
export interface Equipment {
  readonly programs: ProgramPaths;
  /** What every node has from the start. */
  readonly images: readonly ImageArchive[];
}

/** Two at a time: a Go build that links uses one core only. */
const twoAtATime = { concurrency: 2 };

/** Builds what the cache does not have yet: about 12 minutes on 2 cores the first time, nothing later. */
export async function ensureEquipment(): Promise<Equipment> {
  const build = async (program: GoProgram) => [program.name, await ensureGoProgram(program)] as const;
  const builds = [...clusterPrograms.map(program => () => build(program)), ensureVolumeProvisioner];
  const folders = await pMap(builds, async ensureProgram => ensureProgram(), twoAtATime);
  const images = [
    () => ensurePauseImage(pauseImage),
    ...preloadedNatsVersions.map(version => () => ensureNatsImage(version, 'scratch')),
    () => ensureNatsImage(newestNatsVersion, 'alpine'),
  ];
  return {
    programs: programPaths(new Map(folders)),
    images: await pMap(images, async ensureImage => ensureImage(), twoAtATime),
  };
}
