import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/image/project-root';
import { attempt } from '../../tools/toolchain/command';
import { missingLines, shownCommands } from './support/shown-commands';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('readme');
}, 120_000);

/** Runs a command as a reader would, in bash in the checkout's folder, in the test's own namespace. */
async function tryOut(command: string): Promise<string> {
  const inNamespace = `kubectl() { command kubectl --namespace="$NAMESPACE" "$@"; }\n${command}`;
  const env = { NAMESPACE: environment.namespace };
  const { stdout, stderr } = await attempt('bash', ['-c', inNamespace], { cwd: projectRoot, env, timeoutMs: 320_000 });
  return `${stdout}${stderr}`;
}

test('the first ten minutes in README.md go as they are shown', async () => {
  const commands = shownCommands(await readFile(join(projectRoot, 'README.md'), 'utf8'));
  expect(commands.length).toBeGreaterThan(10);
  for (const { command, answer } of commands) {
    const real = await tryOut(command);
    const missing = missingLines(answer, real);
    if (missing.length > 0)
      throw new Error(`$ ${command}\nshould have answered: ${missing.join('\n')}\nbut answered:\n${real}`);
  }
}, 600_000);
