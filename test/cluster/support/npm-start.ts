import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { attempt, run, type CommandResult } from '../../../tools/toolchain/command';

/** `npm start -- --context …`, as somebody types it who has a cluster of their own, and whose context has that namespace. Nobody is there to be asked. */
export async function npmStart(namespace: string, ...args: readonly string[]): Promise<CommandResult> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-start-'));
  try {
    const env = { KUBECONFIG: join(folder, 'kubeconfig') };
    await copyFile(process.env.KUBECONFIG ?? '', env.KUBECONFIG);
    await run('kubectl', ['config', 'set-context', '--current', `--namespace=${namespace}`], { env });
    const context = (await run('kubectl', ['config', 'current-context'], { env })).trim();
    const command = ['start', '--silent', '--', '--context', context, ...args];
    return await attempt('npm', command, { cwd: projectRoot, env, timeoutMs: 180_000 });
  } finally {
    await rm(folder, { recursive: true });
  }
}
