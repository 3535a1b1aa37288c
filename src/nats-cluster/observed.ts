import { findChild, type ChildSecret, type ChildStatefulSet } from './child';
import { configSecretName, statefulSetName } from './spec/names';
import type { Rejection } from '../runtime/api-error';
import type { V1PersistentVolumeClaim, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { Child } from './children';
import type { NatsClusterObject } from './spec/resolve-cluster';
import type { PodRejection } from './rollout/pod-rejection';
import type { SecretContent } from '../kubernetes/secret-content';
import type { SpecProblem } from './validation/spec-problem';
import type { TlsConnection } from './spec/tls-files';
import type { ServiceUser } from './spec/service-user';
import type { SystemUserKey } from './spec/system-user';
import type { FormerStreams, JetStreamReport } from './jetstream/report';
import type { RequestOutcomes } from './jetstream/system-request';

/** The observed state that a sync decides from, read at about the same time. */
export interface Observed {
  readonly cluster: NatsClusterObject;
  /** The objects with the names of children, whatever their owner. */
  readonly children: readonly Child[];
  /** The fields that the API server stored differently at the last apply of each child, by `childId`; missing before the first apply. */
  readonly stored?: ReadonlyMap<string, StoredFields>;
  /** The pods with the cluster's labels; after `prepareObserved`, the cluster's own pods. */
  readonly pods: readonly V1Pod[];
  /** The claims with the cluster's labels; only of a cluster with JetStream. */
  readonly claims?: readonly V1PersistentVolumeClaim[];
  /** Pods of a deleted StatefulSet of the cluster; set by `prepareObserved`. */
  readonly legacyOrphans?: readonly V1Pod[];
  /** Pods that the StatefulSet released because they lost a label. Read only while pods are missing. */
  readonly orphans?: readonly V1Pod[];
  /** The monitoring report of each server by pod name; missing if the pod was not queried. */
  readonly servers: ReadonlyMap<string, ServerReport>;
  /** The responses of unready servers to their readiness probe, by pod name. */
  readonly health?: ReadonlyMap<string, string>;
  /** The template of the StatefulSet's current revision, with which all pods were ready last. Read only during rollouts. */
  readonly lastGoodTemplate?: V1PodTemplateSpec;
  /** The Secrets that the spec names, by name; undefined for one that does not exist. */
  readonly secrets?: ReadonlyMap<string, SecretContent | undefined>;
  /** The key of the operator's own user; undefined without `spec.jetstream`. */
  readonly systemUser?: SystemUserKey;
  /** What became of the last requests as that user. */
  readonly requests?: RequestOutcomes;
  /** What the streams of the server that leaves had, as long as this operator has seen them. */
  readonly formerStreams?: FormerStreams;
  /** The users for ServiceAccounts; undefined without `auth.enableServiceAccounts`. */
  readonly serviceUsers?: readonly ServiceUser[];
  /** Why NatsServiceRoles are unreadable, so that the users are the last known ones; undefined if they are readable. */
  readonly staleRoles?: string;
  /** The repository of the sidecar images; undefined for the default. */
  readonly imageRepository?: string;
  /** The operator that manages the cluster, `namespace/Deployment`. */
  readonly operator?: string;
  /** The webhooks exclude its namespace: writes are neither validated nor defaulted. */
  readonly isExempt?: boolean;
  /** The operator is configured without service accounts. */
  readonly isWithoutServiceAccounts?: boolean;
  /** The problems of this generation of the spec, if it was validated before: validation takes longer than everything else. */
  readonly problems?: readonly SpecProblem[];
  /** Why the API server rejected the last write. */
  readonly rejection?: Rejection;
  /** Why the API server rejected a pod of the StatefulSet controller. Read only while pods are missing. */
  readonly podRejection?: PodRejection;
  /** Ages of the observed states, for deadlines; a missing one is new. */
  readonly ages?: Ages;
}

/**
 * The fields of an object that the API server stored differently than they were applied, by path, with a digest of both
 * values: the effect of admission policies, defaults and unknown fields.
 */
export type StoredFields = ReadonlyMap<string, string>;

/**
 * Milliseconds for which this operator has observed the present state: of a server, by pod name, as ready, unready or
 * missing; of JetStream, whether it could lose that server. Measured by the operator's monotonic clock from the first observation, never with timestamps of other machines
 * or a former leader: a wrong or corrected clock must not make a server fail.
 */
export type Ages = ReadonlyMap<string, number>;

/** The report of a server's monitoring port. */
export type ServerReport = AnsweringServer | UnresponsiveServer;

export interface AnsweringServer {
  readonly answered: true;
  /** The server ID, which is generated at each start. */
  readonly serverId: string;
  /** The server IDs of its routes. */
  readonly routedTo: ReadonlySet<string>;
  /** The loaded configuration; queried if servers reload. */
  readonly config?: LoadedConfig;
  /** The state of its remotes; queried if the spec has any. */
  readonly remotes?: RemotesReport;
  /** The state of its JetStream; queried if the spec has it. */
  readonly jetstream?: JetStreamReport;
}

/** The connections of a server to other clusters. */
export interface RemotesReport {
  /** The names of connected gateways. */
  readonly gateways: ReadonlySet<string>;
  /** The number of connected leaf node remotes. */
  readonly remotes: number;
  /** The server IDs of established routes, including those of its own cluster. */
  readonly routes: ReadonlySet<string>;
}

/** The configuration that a server has loaded. */
export interface LoadedConfig {
  /** When it was loaded, by the operator's clock. */
  readonly loadedAt: Date;
  /** `sha256:…` of the configuration and its includes; from 2.11 on. */
  readonly digest: string | undefined;
  /** The SHA-256 fingerprints of the presented certificates; missing if a port did not present one. */
  readonly certificates: ReadonlyMap<TlsConnection, string>;
}

export interface UnresponsiveServer {
  readonly answered: false;
  /** The client's error. */
  readonly reason: string;
}

export const findStatefulSet = ({
  cluster,
  children,
}: Pick<Observed, 'cluster' | 'children'>): ChildStatefulSet | undefined =>
  findChild(children, 'StatefulSet', statefulSetName(cluster.metadata?.name ?? ''));

/** The Secret of nats.conf. */
export const findConfigSecret = ({
  cluster,
  children,
}: Pick<Observed, 'cluster' | 'children'>): ChildSecret | undefined =>
  findChild(children, 'Secret', configSecretName(cluster.metadata?.name ?? ''));
