import { attempt, run, type CommandResult } from '../../tools/toolchain/command';

/** `describe` for tests that need the tier's API server; they are skipped where there is none (see global-setup.ts). */
export const describeWithApi = process.env.API_TEST_KUBECONFIG === undefined ? describe.skip : describe;

/** Runs kubectl against the tier's API server, as its administrator; `input` goes to its standard input. */
export async function tryKubectl(args: readonly string[], input = ''): Promise<CommandResult> {
  return attempt('kubectl', args, { env: environment(), input });
}

/** Runs kubectl and returns its output; a refusal is an error with kubectl's own words. */
export async function kubectl(args: readonly string[], input = ''): Promise<string> {
  return run('kubectl', args, { env: environment(), input });
}

function environment(): Record<string, string> {
  return { KUBECONFIG: process.env.API_TEST_KUBECONFIG ?? '' };
}
