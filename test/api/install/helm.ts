import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { CHART } from '../../../scripts/install/chart';
import { attempt, type CommandResult } from '../../../tools/toolchain/command';

/** Runs helm with the checkout's chart after these words and before those options. */
export async function tryHelmChart(words: readonly string[], ...options: readonly string[]): Promise<CommandResult> {
  return attempt(process.env.API_TEST_HELM ?? '', [...words, join(projectRoot, CHART), ...options]);
}
