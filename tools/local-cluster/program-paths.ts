import { join } from 'node:path';

/** Where the built programs lie. */
export interface ProgramPaths {
  /** The folder of a Go program, by its name in the list of cluster programs. */
  readonly folderOf: (program: string) => string;
  /** The path of a command of Kubernetes. */
  readonly byName: (command: string) => string;
  /** A PATH with all of them before the system's own. */
  readonly searchPath: string;
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** `folders`: by program, the folder it was built into. */
export function programPaths(folders: ReadonlyMap<string, string>): ProgramPaths {
  const folderOf = (program: string) => {
    const folder = folders.get(program);
    if (folder === undefined) throw new Error(`${program} was not built`);
    return folder;
  };
  return {
    folderOf,
    byName: command => join(folderOf('kubernetes'), command),
    searchPath: [...folders.values(), systemPath].join(':'),
  };
}
