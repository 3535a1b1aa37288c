import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { instanceHere, load } from '../../../tools/local-cluster/lifecycle';
import { buildahBuilder } from '../../../scripts/image/image-builder';
import { projectRoot } from '../../../scripts/image/project-root';
import { metricsImage } from '../../../src/nats-cluster/spec/images';
import { ensureNodeBaseImage } from '../../../tools/toolchain/node-base-image';
import { isLocalCluster } from './is-local-cluster';

const SOURCE = join(projectRoot, 'test/cluster/support/exporter-stand-in');
const PROGRAM = 'exporter-stand-in';

/**
 * Brings a stand-in for the Prometheus exporter to the local cluster, under the name of the real one, which can't be pulled there; a cluster of
 * the user's own pulls that.
 */
export async function loadExporterImage(): Promise<void> {
  if (isLocalCluster()) await load(instanceHere(), [await exporterArchive()]);
}

async function exporterArchive(): Promise<string> {
  const builder = buildahBuilder(await ensureNodeBaseImage());
  const context = join(projectRoot, '.work/exporter-stand-in');
  const dockerfile = join(SOURCE, 'Dockerfile');
  const outfile = join(context, PROGRAM);
  await mkdir(context, { recursive: true });
  await build({
    entryPoints: [join(SOURCE, 'main.ts')],
    outfile,
    bundle: true,
    banner: { js: '#!/usr/local/bin/node' },
    format: 'cjs',
    platform: 'node',
  });
  const parts = [await readFile(outfile), await readFile(dockerfile), builder.base.digest ?? ''];
  const hash = createHash('sha256');
  parts.forEach(part => hash.update(part));
  const archive = join(projectRoot, '.work', `exporter-stand-in-${hash.digest('hex').slice(0, 16)}.tar`);
  if (existsSync(archive)) return archive;
  const ref = `docker.io/${metricsImage({})}`;
  await builder.build({ dockerfile, context, ref, archive: `${archive}.partial`, args: {} });
  await rename(`${archive}.partial`, archive);
  return archive;
}
