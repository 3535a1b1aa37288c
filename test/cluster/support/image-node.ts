import { ensureNode } from '../../../tools/toolchain/node-program';

const VARIABLE = 'OPERATOR_NODE';

/** For a tier's set-up: has its operators run on the node of their image, which may do what the one that runs the tests does not. */
export async function provideImageNode(): Promise<void> {
  process.env[VARIABLE] = await ensureNode();
}

/** The program that operators run on in tests. */
export function imageNode(): string {
  const program = process.env[VARIABLE];
  if (program === undefined) throw new Error(`${VARIABLE} is not set: the tier's set-up did not run`);
  return program;
}
