import { existsSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A folder that is updated as the kubelet updates a mounted Secret: each update is a folder of its own, and the link `..data` is turned
 * to it at once. @see https://pkg.go.dev/k8s.io/kubernetes/pkg/volume/util#AtomicWriter
 */
export class MountedSecret {
  #updates = 0;

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Puts these files in place of all that were there. */
  update(files: Readonly<Record<string, string>>): void {
    this.#updates += 1;
    const name = `..update-${this.#updates}`;
    mkdirSync(join(this.folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(this.folder, name, file), text);
    const before = this.#current();
    symlinkSync(name, join(this.folder, '..data_tmp'));
    renameSync(join(this.folder, '..data_tmp'), join(this.folder, '..data'));
    for (const file of Object.keys(files)) {
      if (!existsSync(join(this.folder, file))) symlinkSync(join('..data', file), join(this.folder, file));
    }
    if (before !== undefined) rmSync(join(this.folder, before), { recursive: true });
  }

  #current(): string | undefined {
    const link = join(this.folder, '..data');
    return existsSync(link) ? readlinkSync(link) : undefined;
  }
}
