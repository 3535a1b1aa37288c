import { dockerBuilder } from '../image/image-builder';
import { buildProductImages } from '../image/product-images';
import { attempt, run } from '../../tools/toolchain/command';
import { step } from '../../tools/toolchain/progress';

/** A tool that makes clusters on the user's machine, and how it takes an image from a file. */
interface Loader {
  readonly command: string;
  readonly args: (archive: string) => readonly string[];
}

/**
 * The operator's image for the cluster of that context: the one that was pushed, or this checkout's, built by docker and loaded by kind, k3d
 * or minikube, whosever cluster it is, together with those of its sidecars. Throws, with what to do, where neither is possible.
 */
export async function imageForContext(context: string, pushed: string | undefined): Promise<string> {
  if (pushed !== undefined) return pushed;
  const loader = await loaderOf(context);
  if (loader === undefined) {
    throw new Error(`the context ${context} is none of kind, k3d or minikube, so its nodes have to pull the image`);
  }
  const { operator, sidecars } = await buildProductImages(dockerBuilder());
  for (const { ref, archive } of [operator, ...sidecars])
    await step(`${loader.command}: load ${ref}`, () => run(loader.command, loader.args(archive)));
  return operator.ref;
}

async function loaderOf(context: string): Promise<Loader | undefined> {
  const [, tool, name = ''] = /^(kind|k3d)-(.+)$/.exec(context) ?? [];
  if (tool === 'kind') return { command: tool, args: archive => ['load', 'image-archive', archive, '--name', name] };
  if (tool === 'k3d') return { command: tool, args: archive => ['image', 'import', archive, '--cluster', name] };
  return (await isMinikube(context))
    ? { command: 'minikube', args: archive => ['--profile', context, 'image', 'load', archive] }
    : undefined;
}

/** minikube calls the context as its profile, whatever name that has. */
async function isMinikube(context: string): Promise<boolean> {
  try {
    const { code, stdout } = await attempt('minikube', ['profile', 'list', '--output', 'json']);
    const { valid = [] } = (code === 0 ? JSON.parse(stdout) : {}) as { valid?: readonly { Name: string }[] };
    return valid.some(({ Name }) => Name === context);
  } catch {
    return false;
  }
}
