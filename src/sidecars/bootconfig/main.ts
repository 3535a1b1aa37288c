import { writeFileSync, writeSync } from 'node:fs';
import { advertisement } from './advertisement';
import { parseArguments, usage, type BootconfigOptions } from './arguments';
import { nodeAddress } from './node-address';
import { readNode } from './node-api';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/** Exit codes: 1 where the address could not be found out or written, 2 where the command line is wrong. */
async function main({ clientFile, gatewayFile, label }: BootconfigOptions): Promise<void> {
  const name = process.env.KUBERNETES_NODE_NAME;
  if (!name) throw new Error('the variable KUBERNETES_NODE_NAME is missing');
  const found = nodeAddress(await readNode(name), label);
  if (found === undefined) throw new Error(`the node ${name} has no address, and no label ${label}`);
  const { address, source, isExternal } = found;
  writeFileSync(clientFile, advertisement('client_advertise', address));
  writeFileSync(gatewayFile, advertisement('advertise', address));
  const warning = isExternal ? '' : `; it has no ExternalIP and no label ${label}, so only its own network is served`;
  say(STANDARD_OUTPUT, `the server advertises ${address}, the ${source} of the node ${name}${warning}`);
}

function readOptions(): BootconfigOptions {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    say(STANDARD_ERROR, `${textOf(error)}\n\n${usage}`);
    return process.exit(2);
  }
}

const say = (stream: number, text: string): number => writeSync(stream, `${text}\n`);

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

main(readOptions()).catch((error: unknown) => {
  say(STANDARD_ERROR, textOf(error));
  process.exitCode = 1;
});
