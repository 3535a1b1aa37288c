import { attempt } from '../toolchain/command';
import { ensureEquipment } from './equipment';
import { insideInvocation } from './inside';
import type { Instance } from './instance';
import { clean, down, instanceHere, instanceNamed, load, TESTS, up } from './lifecycle';
import { describe, isRunning } from './status';
import { runMain } from '../toolchain/run-main';

const usage = `npm run cluster -- <command>

  up [--nodes N]       start the cluster, or repair it, or add nodes to it; the first time builds it (about 12 minutes)
  status               what runs
  kubectl ARGUMENTS…   kubectl against it
  shell                a shell in its network: pods and services answer by name
  run COMMAND…         one command in its network
  load ARCHIVE…        load OCI archives into its nodes
  down                 stop it; its state stays
  clean                stop it and remove its state, and the tests' cluster with it

CLUSTER_NAME=x in the environment means a second cluster of that name; that of the tests is called tests.
`;

/** Runs a command of the command line; returns the exit code. */
async function main(instance: Instance, command: string, args: readonly string[]): Promise<number> {
  switch (command) {
    case 'up':
      await up(instance, wantedNodes(args));
      process.stdout.write(`${describe(instance)}\n`);
      return 0;
    case 'status':
      process.stdout.write(`${describe(instance)}\n`);
      return 0;
    case 'kubectl':
      return inside(instance, 'kubectl', args);
    case 'shell':
      return inside(instance, process.env.SHELL ?? 'bash', args);
    case 'run':
      return inside(instance, args[0] ?? 'true', args.slice(1));
    case 'load':
      await load(instance, args);
      return 0;
    case 'down':
      await down(instance);
      return 0;
    case 'clean':
      await clean(instance);
      // What a run of the tests that was killed has left.
      if (instance.name === instanceNamed().name) await clean(instanceNamed(TESTS));
      return 0;
    default:
      process.stderr.write(usage);
      return command === 'help' ? 0 : 1;
  }
}

/** 0 when not said: as many as there are. */
function wantedNodes(args: readonly string[]): number {
  const [flag, value = ''] = args.flatMap(arg => arg.split('='));
  if (flag === undefined) return 0;
  if (flag === '--nodes' && /^\d+$/.test(value)) return Number(value);
  throw new Error(`up takes --nodes N, not ${args.join(' ')}`);
}

async function inside(instance: Instance, command: string, args: readonly string[]): Promise<number> {
  if (!isRunning(instance)) throw new Error(describe(instance));
  const { programs } = await ensureEquipment();
  const invocation = insideInvocation(instance, programs, command, args);
  const { code } = await attempt(invocation.command, invocation.args, { env: invocation.env, terminal: true });
  return code;
}

const [command = 'help', ...args] = process.argv.slice(2);
runMain(async () => main(instanceHere(), command, args));
