import type { V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { Child, ChildStatefulSet } from '../model/child';
import { findChild } from '../model/child';
import type { NatsClusterObject } from '../model/cluster-model';
import { FAILED_TEMPLATE_ANNOTATION, podSelector } from '../model/labels';
import {
  clientServiceName,
  configSecretName,
  managementServiceName,
  podDisruptionBudgetName,
  statefulSetName,
} from '../model/names';
import type { Ages, Observed } from '../model/observed';
import { authSecrets, tlsSecrets } from '../model/named-secrets';
import { namedNeighbours } from '../model/neighbours';
import type { Problem } from '../model/problem';
import type { SecretContent } from '../model/secret-content';
import { tlsPorts } from '../model/tls-ports';
import { validateCluster } from '../model/validation/validate-cluster';
import { ownPods } from '../plan/own-pods';
import { agesOf, updateSightings } from '../plan/sightings';
import { splitKey } from './cluster-key';
import type { Decide } from './decisions';
import type { KubeClient } from './kube-client';
import { readMissingPods } from './missing-pods';
import type { MonitorClient } from './monitor-client';
import { childPath, clusterPath, podsPath, revisionPath, secretPath } from './paths';
import type { Inquiry } from './server-report';
import type { Outside } from './work-queue';
import type { Reading, World } from './world';

/** Brings together what a sync needs to know of a cluster. */
export class Observer {
  constructor(
    private readonly kube: KubeClient,
    private readonly monitor: MonitorClient,
    private readonly world: World,
    private readonly decide: Decide,
    private readonly imageRepository: string | undefined,
    private readonly exemptNamespaces: readonly string[],
  ) {}

  /**
   * The cluster as the watches have shown it; undefined where it is gone or going.
   *
   * @param fresh reads everything anew, as must be before a server is taken down
   * @param outside waits for the servers without keeping others from being reconciled
   */
  async observe(key: string, fresh: boolean, outside: Outside): Promise<Observed | undefined> {
    const cluster = await this.cluster(key, fresh);
    if (cluster === undefined || cluster.metadata?.deletionTimestamp !== undefined) return undefined;
    const { children, pods: labelled } = await this.#reading(key, fresh);
    const statefulSet = findChild(children, 'StatefulSet', statefulSetName(splitKey(key).name));
    const pods = ownPods(cluster, statefulSet, labelled);
    const ages = this.#ages(key, statefulSet, pods);
    const asking = { anew: fresh || this.world.at(key).unproven, silent: fresh };
    const [servers, health] = await outside(async () =>
      Promise.all([this.monitor.ask(key, pods, inquiryOf(cluster), asking), this.monitor.askHealth(key, pods)]),
    );
    const lastGoodTemplate = await this.#lastGoodTemplate(statefulSet);
    const problems = await this.#problems(key, cluster);
    const missing = await readMissingPods(this.kube, statefulSet, pods, ages);
    const secrets = await this.#secrets(key, cluster, fresh);
    return {
      cluster,
      children,
      pods: labelled,
      stored: new Map(this.world.at(key).stored),
      ages,
      servers,
      health,
      secrets,
      problems,
      ...missing,
      ...(lastGoodTemplate === undefined ? {} : { lastGoodTemplate }),
      ...(this.imageRepository === undefined ? {} : { imageRepository: this.imageRepository }),
      isExempt: this.exemptNamespaces.includes(splitKey(key).namespace),
    };
  }

  #ages(key: string, statefulSet: ChildStatefulSet | undefined, pods: readonly V1Pod[]): Ages {
    const surroundings = this.world.at(key);
    const now = performance.now();
    surroundings.sightings = updateSightings(surroundings.sightings, statefulSet, pods, now);
    return agesOf(surroundings.sightings, now);
  }

  /** The Secrets that the spec names: each is read when it is first needed, and again when a watch says that it has changed. */
  async #secrets(
    key: string,
    { spec = {} }: NatsClusterObject,
    fresh: boolean,
  ): Promise<ReadonlyMap<string, SecretContent | undefined>> {
    const { namespace } = splitKey(key);
    const names = [...tlsSecrets(spec), ...authSecrets(spec)].map(({ name }) => name);
    this.world.setUsedSecrets(key, new Set(names.map(name => `${namespace}/${name}`)));
    return new Map(await Promise.all(names.map(async name => [name, await this.#secret(key, name, fresh)] as const)));
  }

  async #secret(key: string, name: string, fresh: boolean): Promise<SecretContent | undefined> {
    const surroundings = this.world.at(key);
    if (surroundings.secrets.has(name) && !fresh) return surroundings.secrets.get(name);
    const { namespace } = splitKey(key);
    const { events } = surroundings;
    const secret = (await this.kube.get(secretPath(namespace, name))) as SecretContent | undefined;
    // What changed while it was read is read again in the turn that the change has caused.
    if (surroundings.events === events) surroundings.secrets.set(name, secret);
    return secret;
  }

  async #problems(key: string, cluster: NatsClusterObject): Promise<readonly Problem[]> {
    const { uid, generation } = cluster.metadata ?? {};
    const surroundings = this.world.at(key);
    const { review } = surroundings;
    if (review !== undefined && review.uid === uid && review.generation === generation) return review.problems;
    const { problems } = await this.decide(key, () => validateCluster(cluster));
    surroundings.review = { uid, generation, problems };
    return problems;
  }

  /** The NatsCluster itself, whatever becomes of it; undefined where there is none. */
  async cluster(key: string, fresh = false): Promise<NatsClusterObject | undefined> {
    const known = this.world.at(key).cluster;
    if (known !== undefined && !fresh) return known;
    const { namespace, name } = splitKey(key);
    const cluster = (await this.kube.get(clusterPath(namespace, name))) as NatsClusterObject | undefined;
    if (cluster !== undefined) this.world.storeCluster(key, cluster);
    return cluster;
  }

  async #reading(key: string, fresh: boolean): Promise<Reading> {
    const surroundings = this.world.at(key);
    if (surroundings.complete && !fresh) {
      if (!this.world.holdsConfig(key, configSecretName(splitKey(key).name))) await this.#readConfig(key);
      return { children: [...surroundings.children.values()], pods: [...surroundings.pods.values()] };
    }
    const { events } = surroundings;
    const reading = await this.#read(key);
    this.world.replace(key, reading, events);
    return reading;
  }

  async #readConfig(key: string): Promise<void> {
    const { namespace, name } = splitKey(key);
    const secret = (await this.kube.get(childPath('Secret', namespace, configSecretName(name)))) as Child | undefined;
    if (secret !== undefined) this.world.storeChild(key, secret);
  }

  async #read(key: string): Promise<Reading> {
    const { namespace, name } = splitKey(key);
    const names: readonly [Child['kind'], string][] = [
      ['Secret', configSecretName(name)],
      ['Service', managementServiceName(name)],
      ['Service', clientServiceName(name)],
      ['PodDisruptionBudget', podDisruptionBudgetName(name)],
      ['StatefulSet', statefulSetName(name)],
    ];
    const [pods, ...children] = await Promise.all([
      this.#pods(namespace, name),
      ...names.map(async ([kind, child]) => this.kube.get(childPath(kind, namespace, child))),
    ]);
    return { pods, children: (children as (Child | undefined)[]).filter(child => child !== undefined) };
  }

  async #pods(namespace: string, name: string): Promise<V1Pod[]> {
    const list = (await this.kube.get(podsPath(namespace), { labelSelector: podSelector(name) })) as
      | { items?: V1Pod[] }
      | undefined;
    return list?.items ?? [];
  }

  /** A revision is never changed, so that a failed roll reads it once a sync and nothing else does. */
  async #lastGoodTemplate(statefulSet: ChildStatefulSet | undefined): Promise<V1PodTemplateSpec | undefined> {
    const { currentRevision, updateRevision } = statefulSet?.status ?? {};
    const failed = statefulSet?.metadata.annotations?.[FAILED_TEMPLATE_ANNOTATION] !== undefined;
    if (statefulSet === undefined || currentRevision === undefined || (currentRevision === updateRevision && !failed))
      return undefined;
    const revision = await this.kube.get(revisionPath(statefulSet.metadata.namespace, currentRevision));
    return templateOf(revision as { data?: { spec?: { template?: unknown } } } | undefined);
  }
}

/** Where servers may reload, they are asked what they run with; where there are neighbours, how they stand with them. */
const inquiryOf = ({ spec = {} }: NatsClusterObject): Inquiry => ({
  config: spec.pod?.enableConfigReload ? { ports: tlsPorts(spec) } : undefined,
  neighbours: namedNeighbours(spec),
});

/** A revision holds a patch: the template, and the word that it replaces what is there. */
function templateOf(revision: { data?: { spec?: { template?: unknown } } } | undefined): V1PodTemplateSpec | undefined {
  const template = revision?.data?.spec?.template;
  if (typeof template !== 'object' || template === null) return undefined;
  return Object.fromEntries(Object.entries(template).filter(([key]) => key !== '$patch'));
}
