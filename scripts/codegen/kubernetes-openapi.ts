import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadGoModule } from '../../tools/toolchain/go-program';
import type { Schema } from './schema';

/** The Kubernetes release whose published API the CRDs take their pod template from. */
const KUBERNETES_VERSION = 'v1.36.3';

/**
 * The schemas of core/v1 as Kubernetes publishes them, by full name (`io.k8s.api.core.v1.Container`). They come with
 * the Go module of Kubernetes, which is downloaded once; a machine without Go gets an error that says so.
 */
export async function readKubernetesSchemas(): Promise<Record<string, Schema>> {
  const file = join(await moduleFolder(), 'api/openapi-spec/v3/api__v1_openapi.json');
  const document = JSON.parse(await readFile(file, 'utf8')) as { components: { schemas: Record<string, Schema> } };
  return document.components.schemas;
}

async function moduleFolder(): Promise<string> {
  try {
    return (await downloadGoModule('k8s.io/kubernetes', KUBERNETES_VERSION)).Dir;
  } catch (cause) {
    throw new Error("codegen takes the pod template's schema from the Go module k8s.io/kubernetes; it needs Go", {
      cause,
    });
  }
}
