import { setTimeout as pause } from 'node:timers/promises';
import { applyCluster } from '../../test/cluster/support/nats-cluster';
import { messageOf } from '../../tools/toolchain/run-main';
import type { NatsVersion } from '../../tools/toolchain/nats-versions';
import { byManifests } from '../operator/ways';
import { serverName, serviceOf, SIZE, waitUntilWell, type ChaosCluster } from './chaos-cluster';
import type { ChaosRun } from './chaos-run';
import { Disruptions } from './disruptions';
import { injectBurst } from './injection';
import { checkBurst, checkStored } from './invariants';
import { OperatorRestarts } from './operator-restarts';
import { PodMonitor } from './pod-monitor';
import { schedule, type Burst } from './schedule';
import { firstSpec } from './spec-changes';
import { Timeline } from './timeline';
import { startTraffic, type Traffic } from './traffic';

export interface ChaosOptions {
  readonly seed: number;
  /** That the servers run at first. */
  readonly version: NatsVersion;
  readonly cluster: ChaosCluster;
  /** Asked before each burst, with the number of those before. */
  readonly isEnough: (bursts: number) => boolean;
}

export interface ChaosReport {
  readonly bursts: number;
  readonly timeline: string;
  /** By stream: how many messages were acknowledged, and how many the consumer received again. */
  readonly messages: Readonly<Record<string, { readonly acknowledged: number; readonly redelivered: number }>>;
  /** The invariants that were violated, in words; the cluster is as it was then. */
  readonly violations: readonly string[];
}

/** Creates a NatsCluster with streams, publishers and consumers, and injects the bursts of faults of a seed, until an invariant is violated or it is enough. */
export async function runChaos({ seed, version, cluster, isEnough }: ChaosOptions): Promise<ChaosReport> {
  const timeline = new Timeline();
  await applyCluster(cluster.namespace, cluster.name, firstSpec(version));
  await waitUntilWell(cluster);
  timeline.add(`${SIZE} servers of ${version} are ready`);
  const traffic = await startTraffic(serviceOf(cluster));
  const servers = Array.from({ length: SIZE }, (_, index) => serverName(cluster, index + 1));
  const run: ChaosRun = {
    cluster,
    timeline,
    disruptions: new Disruptions(servers),
    operatorRestarts: new OperatorRestarts(),
    singleReplicas: traffic.single,
  };
  const violations: string[] = [];
  const monitors = startMonitors(run, violations);
  let bursts = 0;
  for (const burst of schedule(seed, version)) {
    if (violations.length > 0 || isEnough(bursts)) break;
    violations.push(...(await runBurst(run, burst, traffic)));
    bursts += 1;
  }
  violations.push(...(await endTraffic(cluster, traffic)));
  await Promise.all(monitors.map(async monitor => monitor.stop()));
  return { bursts, timeline: timeline.text, messages: countMessages(traffic), violations };
}

function startMonitors(
  { cluster, timeline, disruptions, operatorRestarts }: ChaosRun,
  violations: string[],
): PodMonitor[] {
  const add = (problems: readonly string[]): void => {
    problems.forEach(problem => timeline.add(`✗ ${problem}`));
    violations.push(...problems);
  };
  return [
    new PodMonitor(cluster.namespace, `app=nats,nats_cluster=${cluster.name}`, pods =>
      add(disruptions.read(pods, performance.now())),
    ),
    new PodMonitor(byManifests.namespace, byManifests.selector, pods => add(operatorRestarts.read(pods))),
  ];
}

/** Returns what was violated by then, in words; what the monitors have seen is not part of it. */
async function runBurst(run: ChaosRun, burst: Burst, traffic: Traffic): Promise<string[]> {
  await pause(burst.pause);
  traffic.replicated.forEach(ledger => ledger.takeLongestPause(performance.now()));
  try {
    await injectBurst(run, burst);
    await waitUntilWell(run.cluster);
    const problems = await checkBurst(burst, traffic);
    run.timeline.add(problems.length === 0 ? '  … all is well' : `✗ ${problems.join('\n')}`);
    return problems;
  } catch (error) {
    run.timeline.add(`✗ ${messageOf(error)}`);
    return [messageOf(error)];
  } finally {
    run.disruptions.expectNothing();
  }
}

async function endTraffic(cluster: ChaosCluster, traffic: Traffic): Promise<string[]> {
  try {
    await traffic.stopPublishers();
    const problems = await checkStored(serviceOf(cluster), traffic);
    await traffic.stopConsumers();
    return problems;
  } catch (error) {
    return [messageOf(error)];
  }
}

function countMessages({ replicated, single }: Traffic): ChaosReport['messages'] {
  return Object.fromEntries(
    [...replicated, ...single].map(({ stream, count, redelivered }) => [stream, { acknowledged: count, redelivered }]),
  );
}
