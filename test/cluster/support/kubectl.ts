import { attempt } from '../../../tools/toolchain/command';

/** What kubectl answered: never an exception, so that a refusal can be read as well as a success. */
export interface Answer {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl against the cluster that KUBECONFIG names; `input` goes to its standard input (`-f -`). */
export async function tryKubectl(args: readonly string[], input = ''): Promise<Answer> {
  const { code, stdout, stderr } = await attempt('kubectl', args, { input, timeoutMs: 120_000 });
  return { ok: code === 0, stdout, stderr };
}

/** Runs kubectl and returns its output; a refusal is an error that carries kubectl's own words. */
export async function kubectl(args: readonly string[], input = ''): Promise<string> {
  const { ok, stdout, stderr } = await tryKubectl(args, input);
  if (!ok) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Reads an object (or a list, for several) as kubectl shows it; undefined where there is none of that name. */
export async function getObject<T>(args: readonly string[]): Promise<T | undefined> {
  const answer = await tryKubectl(['get', ...args, '-o', 'json']);
  if (answer.ok) return JSON.parse(answer.stdout) as T;
  if (answer.stderr.includes('(NotFound)')) return undefined;
  throw new Error(`kubectl get ${args.join(' ')}: ${answer.stderr}`);
}

/** Applies a manifest by server-side apply, as field manager "test"; strict about unknown fields, as kubectl is by default. */
export async function apply(manifest: string, namespace = 'default'): Promise<string> {
  return kubectl(['apply', '--server-side', '--field-manager=test', '-n', namespace, '-f', '-'], manifest);
}
