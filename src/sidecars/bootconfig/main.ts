import { writeFileSync, writeSync } from 'node:fs';
import { advertisement } from './advertisement';
import { parseArguments, usage, type BootconfigOptions } from './arguments';
import { nodeAddress } from './node-address';
import { readNode } from './node-api';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/** Exit codes: 1 if the address could not be determined or written, 2 for an invalid command line. */
async function main({ clientFile, gatewayFile, label }: BootconfigOptions): Promise<void> {
  const name = process.env.KUBERNETES_NODE_NAME;
  if (!name) throw new Error('the environment variable KUBERNETES_NODE_NAME is required');
  const found = nodeAddress(await readNode(name), label);
  if (found === undefined) throw new Error(`node ${name} has no address and no label ${label}`);
  const { address, source, isExternal } = found;
  writeFileSync(clientFile, advertisement('client_advertise', address));
  writeFileSync(gatewayFile, advertisement('advertise', address));
  const warning = isExternal
    ? ''
    : `; the node has no ExternalIP and no label ${label}, so the address is reachable only from its own network`;
  print(STANDARD_OUTPUT, `advertising ${address}, the ${source} of node ${name}${warning}`);
}

function readOptions(): BootconfigOptions {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    print(STANDARD_ERROR, `${textOf(error)}\n\n${usage}`);
    return process.exit(2);
  }
}

const print = (stream: number, text: string): number => writeSync(stream, `${text}\n`);

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

main(readOptions()).catch((error: unknown) => {
  print(STANDARD_ERROR, textOf(error));
  process.exitCode = 1;
});
