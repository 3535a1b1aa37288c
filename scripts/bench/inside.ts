import { measures, parseNames } from './measures';
import { messageOf } from '../../tools/toolchain/run-main';

/** Takes one measure within the cluster's network: its name and the number of rounds are the arguments, its figures go to standard output as JSON. */
async function main(word: string | undefined, rounds: number): Promise<void> {
  for (const name of parseNames(word)) {
    process.stdout.write(`${JSON.stringify(await measures[name].measure(rounds))}\n`);
  }
}

main(process.argv[2], Number(process.argv[3])).then(
  // Kept connections would hold the process for a while.
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exit(1);
  },
);
