import { clusterPrograms } from './cluster-programs';
import { ensureGoProgram } from '../toolchain/go-program';
import type { ImageArchive } from '../toolchain/image-artifact';
import { inParallel } from '../toolchain/in-parallel';
import { ensureNatsImage } from '../toolchain/nats-image';
import { newestNatsVersion, preloadedNatsVersions } from '../toolchain/nats-versions';
import { ensurePauseImage } from './pause-image';
import { pauseImage } from './container-runtime';
import { programPaths, type ProgramPaths } from './program-paths';

/** What a cluster is made of, built or found in the cache. */
export interface Equipment {
  readonly programs: ProgramPaths;
  /** What every node has from the start. */
  readonly images: readonly ImageArchive[];
}

/** Two at a time: a Go build that links uses one core only. */
const buildsAtATime = 2;

/** Builds what the cache does not have yet: about 12 minutes on 2 cores the first time, nothing later. */
export async function ensureEquipment(): Promise<Equipment> {
  const folders = new Map<string, string>();
  const programJobs = clusterPrograms.map(program => async () => {
    folders.set(program.name, await ensureGoProgram(program));
    return [];
  });
  const imageJobs = [
    () => ensurePauseImage(pauseImage),
    ...preloadedNatsVersions.map(version => () => ensureNatsImage(version, 'scratch')),
    () => ensureNatsImage(newestNatsVersion, 'alpine'),
  ].map(job => async () => [await job()]);
  const images = await inParallel<ImageArchive[]>(buildsAtATime, [...programJobs, ...imageJobs]);
  return { programs: programPaths(folders), images: images.flat() };
}
