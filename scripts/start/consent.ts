import prompts from 'prompts';
import { NAME, NAMESPACE, PEPR_NAMESPACE } from '../install/names';

/**
 * Asks whether to write to a cluster that is not ours. Where nobody can be asked, and nothing was said beforehand, the answer is no:
 * it throws.
 */
export async function askBeforeWriting(context: string, isAgreed: boolean): Promise<void> {
  process.stdout.write(
    [
      `To the cluster of the context ${context} this will write:`,
      '  the CRDs natsclusters.nats.io, natsserviceroles.nats.io and peprstores.pepr.dev',
      `  the namespace ${NAMESPACE} with the operator, and its ClusterRole, ClusterRoleBinding and webhook configurations (${NAME})`,
      `  the namespace ${PEPR_NAMESPACE}, with a Role of the operator's`,
      "  the NatsCluster example with 3 servers, in the context's namespace",
      '',
    ].join('\n'),
  );
  if (isAgreed) return;
  if (!process.stdin.isTTY) throw new Error('there is no terminal to ask at; say --yes to agree beforehand');
  const answer: { agreed?: boolean } = await prompts({
    type: 'confirm',
    name: 'agreed',
    message: 'Go on?',
    initial: false,
  });
  if (answer.agreed !== true) throw new Error('nothing was written');
}
