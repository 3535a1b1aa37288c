import { attempt } from '../../tools/toolchain/command';

interface Index {
  readonly manifests: readonly { readonly digest: string }[];
}

/** The digest of the image in an OCI archive: what a registry and a runtime call it by. Undefined in archives of another form, as older versions of docker write them. */
export async function archiveDigest(archive: string): Promise<string | undefined> {
  const { code, stdout } = await attempt('tar', ['-xOf', archive, 'index.json']);
  return code === 0 ? (JSON.parse(stdout) as Index).manifests[0]?.digest : undefined;
}
