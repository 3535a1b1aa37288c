import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { run } from './command';
import { step } from './progress';
import { ensureArtifact } from './artifact-cache';

export interface GoProgram {
  readonly name: string;
  /** Without the leading v, as people say it. */
  readonly version: string;
  readonly module: string;
  /** The main packages, as paths inside the module; the binary takes the last element's name. */
  readonly packages: readonly string[];
  readonly cgo?: boolean;
  readonly tags?: readonly string[];
  /** For the linker: `-X` values as `package.variable=value`. */
  readonly variables?: readonly string[];
  /** Further lines of the go.mod, for modules that cannot be required on their own. */
  readonly goModLines?: () => Promise<readonly string[]>;
  readonly hint?: string;
}

/** Builds the program from the Go module proxy unless the cache has it; returns the folder with its binaries. */
export async function ensureGoProgram(program: GoProgram): Promise<string> {
  const { hint, ...recipe } = program;
  const title = `${program.name} ${program.version}`;
  return ensureArtifact({ title, recipe, ...(hint === undefined ? {} : { hint }) }, folder => build(program, folder));
}

/** The settings for every go command: nothing of the user's workspace or flags leaks into what is built. */
export function goEnvironment(cgo: boolean): Record<string, string> {
  return { GOFLAGS: '-trimpath -mod=mod -buildvcs=false', GOWORK: 'off', CGO_ENABLED: cgo ? '1' : '0' };
}

/** Where the Go command has put a module that it downloaded. */
export interface GoModule {
  readonly Dir: string;
  readonly GoMod: string;
}

/** Downloads a module without building it; `version` with its leading v. */
export async function downloadGoModule(module: string, version: string): Promise<GoModule> {
  const args = ['mod', 'download', '-json', `${module}@${version}`];
  return JSON.parse(await run('go', args, { cwd: '/', env: goEnvironment(false) })) as GoModule;
}

async function build(program: GoProgram, folder: string): Promise<void> {
  const variables = (program.variables ?? []).map(variable => `-X ${variable}`);
  const flags = ['-ldflags', ['-s', '-w', ...variables].join(' '), '-tags', (program.tags ?? []).join(',')];
  await inModule(program, async cwd => {
    for (const path of importPaths(program)) {
      const build = () => go(program, cwd, ['build', ...flags, '-o', `${folder}/`, path]);
      // The commands of a large program are built one by one, for the sake of who waits.
      await (program.packages.length > 1
        ? step(`${program.name} ${program.version}: ${basename(path)}`, build)
        : build());
    }
  });
}

/** `go install pkg@version` refuses modules with replacements, so each program gets a module of its own around it. */
async function inModule(program: GoProgram, work: (cwd: string) => Promise<void>): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), 'nats-operator-go-'));
  try {
    const extra = (await program.goModLines?.()) ?? [];
    const lines = ['module build', 'go 1.26.0', `require ${program.module} v${program.version}`, ...extra];
    await writeFile(join(cwd, 'go.mod'), `${lines.join('\n')}\n`);
    await work(cwd);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

async function go(program: GoProgram, cwd: string, args: readonly string[]): Promise<void> {
  try {
    await run('go', args, { cwd, env: goEnvironment(program.cgo ?? false) });
  } catch (error) {
    if (!isMissing(error)) throw error;
    const message = `${program.name} is built from Go modules, and there is no go command in the PATH (https://go.dev/dl)`;
    throw new Error(message, { cause: error });
  }
}

/** Whether the command could not be started, for there is none. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function importPaths(program: GoProgram): string[] {
  return program.packages.map(path => (path === '.' ? program.module : `${program.module}/${path}`));
}
