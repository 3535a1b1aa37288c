import type { Rejection } from '../runtime/api-error';
import type { V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { Child } from './children';
import type { NatsClusterObject } from './spec/resolve-cluster';
import type { PodRejection } from './rollout/pod-rejection';
import type { SecretContent } from '../kubernetes/secret-content';
import type { SpecProblem } from './validation/spec-problem';
import type { TlsConnection } from './spec/tls-files';
import type { ServiceUser } from './spec/service-user';

/** Everything that a sync knows of the world, read at about one moment. */
export interface Observed {
  readonly cluster: NatsClusterObject;
  /** The objects under the names of our children, whoever owns them. */
  readonly children: readonly Child[];
  /** What the API server made of our last apply of each child, by `childId`; missing where this process has applied none yet. */
  readonly stored?: ReadonlyMap<string, StoredFields>;
  /** The pods that carry the cluster's labels; once a sync has sorted them, those that are its own. */
  readonly pods: readonly V1Pod[];
  /** Of the others, those that a StatefulSet of the cluster made which is gone; a sync sorts them out. */
  readonly legacyOrphans?: readonly V1Pod[];
  /** Pods that the StatefulSet had made, and has let go of as they lost a label. Read while pods are missing alone. */
  readonly orphans?: readonly V1Pod[];
  /** What each server said of itself, by pod name; a pod that was not asked or did not answer is missing. */
  readonly servers: ReadonlyMap<string, ServerReport>;
  /** What servers that run and are not ready answer to their readiness probe, by pod name. */
  readonly health?: ReadonlyMap<string, string>;
  /** The template of the StatefulSet's current revision: the last one that all pods came up with. Read during rolls alone. */
  readonly lastGoodTemplate?: V1PodTemplateSpec;
  /** The Secrets that the spec names, by name; undefined stands for one that is not there. */
  readonly secrets?: ReadonlyMap<string, SecretContent | undefined>;
  /** The users that stand for ServiceAccounts; undefined where `auth.enableServiceAccounts` is not set. */
  readonly serviceUsers?: readonly ServiceUser[];
  /** Why NatsServiceRoles can't be read, so that the users are those that are known from before; undefined where they can. */
  readonly staleRoles?: string;
  /** What the images of our own sidecars begin with, where that is not their name alone. */
  readonly imageRepository?: string;
  /** The operator that manages the cluster, `namespace/Deployment`. */
  readonly operator?: string;
  /** Its namespace is one that the webhooks leave out: nothing is refused and no default is set when it is written. */
  readonly isExempt?: boolean;
  /** The operator was told to make no users of ServiceAccounts. */
  readonly isWithoutServiceAccounts?: boolean;
  /** What is wrong with the spec, where this generation of it was validated before: that takes longer than all the rest. */
  readonly problems?: readonly SpecProblem[];
  /** Why the API server did not accept what we wanted to write a moment ago. */
  readonly rejection?: Rejection;
  /** Why the API server did not let the StatefulSet controller create a pod. Read while pods are missing alone. */
  readonly podRejection?: PodRejection;
  /** What deadlines are measured from; what is not in it has just been seen for the first time. */
  readonly ages?: Ages;
}

/**
 * The fields of an object that the API server stored otherwise than we applied them, by their paths: a fingerprint of what was sent and what was stored.
 * Admission policies, defaults and fields that it does not know have it so.
 */
export type StoredFields = ReadonlyMap<string, string>;

/**
 * For how many milliseconds this operator has seen each thing in the state that it is in: a server, by its pod's name, as ready, not ready or missing. It is
 * measured by the operator's own monotonic clock, from when it saw that state first, never with the timestamps of other machines or of an operator before it:
 * a clock that is wrong, or put right, must not make a server fail.
 */
export type Ages = ReadonlyMap<string, number>;

/** What a server's monitoring port says. */
export type ServerReport = AnsweringServer | UnresponsiveServer;

export interface AnsweringServer {
  readonly answered: true;
  /** The identity it made up when it started. */
  readonly serverId: string;
  /** The identities of the servers that it has routes to. */
  readonly routedTo: ReadonlySet<string>;
  /** What it runs with; asked for where servers reload. */
  readonly config?: LoadedConfig;
  /** How it stands with others; asked for where the spec names neighbours. */
  readonly remotes?: RemotesReport;
}

/** What a server is connected to, besides the servers of its own cluster. */
export interface RemotesReport {
  /** The names of the gateways that it has a connection to. */
  readonly gateways: ReadonlySet<string>;
  /** Of how many systems it is a leaf node. */
  readonly remotes: number;
  /** The identities of the servers, its own cluster's too, that it has had routes to for a moment. */
  readonly routes: ReadonlySet<string>;
}

/** What a server shows of the configuration that it runs with. */
export interface LoadedConfig {
  /** When it last read it, by our own clock. */
  readonly loadedAt: Date;
  /** `sha256:…` of what it read, included files and all; from 2.11 on. */
  readonly digest: string | undefined;
  /** The SHA-256 fingerprints of the certificates that its ports present; one that could not be seen is missing. */
  readonly certificates: ReadonlyMap<TlsConnection, string>;
}

export interface UnresponsiveServer {
  readonly answered: false;
  /** Why there was no answer, as the client says it. */
  readonly reason: string;
}
