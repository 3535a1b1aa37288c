import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock';
import { reminding, say, step } from './progress';

export interface Artifact {
  /** What it is, for people and for the folder's name: `kubernetes 1.36.3`. */
  readonly title: string;
  /** Everything that decides the content; a different recipe is a different folder. */
  readonly recipe: unknown;
  /** How long building it takes from nothing, for whoever waits. */
  readonly hint?: string;
}

/** The user's cache folder for what is built here, shared by all checkouts. */
export function cacheFolder(): string {
  const base = process.env.XDG_CACHE_HOME ?? '';
  return join(base === '' ? join(homedir(), '.cache') : base, 'nats-operator');
}

/**
 * The folder of a built artifact. `build` fills an empty folder when it is not there yet; the folder gets its name only when it is
 * complete, and one process at a time builds it, so that two checkouts neither share a half-built one nor build the same one twice.
 */
export async function ensureArtifact(artifact: Artifact, build: (folder: string) => Promise<void>): Promise<string> {
  const name = artifactName(artifact);
  const target = join(cacheFolder(), name);
  if (existsSync(target)) return target;
  const waiting = () => say(`  … ${artifact.title} is being built by another run, waiting for it`);
  return withLock(join(cacheFolder(), 'locks', name), waiting, async () => {
    if (!existsSync(target))
      await step(artifact.title, () => reminding(artifact.title, () => buildInto(target, build)), artifact.hint);
    return target;
  });
}

async function buildInto(target: string, build: (folder: string) => Promise<void>): Promise<void> {
  const partial = `${target}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await build(partial);
  await rename(partial, target);
}

function artifactName(artifact: Artifact): string {
  const recipe = JSON.stringify([artifact.recipe, process.arch]);
  const digest = createHash('sha256').update(recipe).digest('hex').slice(0, 8);
  return `${artifact.title.replaceAll(/[^A-Za-z0-9.]+/g, '-')}-${digest}`;
}
