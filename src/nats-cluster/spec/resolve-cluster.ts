import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import { natsClusterDefaults } from '../../../generated/defaults';
import type { NatsClusterSpec, NatsClusterStatus } from '../../../generated/nats-cluster';
import { resolveAuth, type ResolvedAuth } from './auth';
import { natsMemoryLimit } from './memory-limit';
import { hasJetStream, resolveJetStream, type ResolvedJetStream } from './jetstream';
import {
  resolveGateway,
  type ResolvedGateway,
  resolveLeafnodes,
  type ResolvedLeafNodes,
  resolveCredentials,
  type ResolvedCredentials,
  resolveRoutes,
  resolveWebsocket,
  type ResolvedWebsocket,
} from './connections';
import { RESTARTED_AT_ANNOTATION } from './labels';
import { resolveOperator, type ResolvedOperatorConfig } from './operator-config';
import { digestSecrets } from '../secrets/mounted-secrets';
import { withoutOldSpellings } from './old-spellings';
import { resolvePod, type ResolvedPod } from './pod';
import { noSecrets, type SecretFacts } from '../secrets/secret-facts';
import { DEFAULT_VERSION, parseServerVersion, type ServerVersion } from '../../nats/server-version';
import type { ServiceUser } from './service-user';
import { evacuationBlocker, resolveSystemUser, type SystemUser } from './system-user';
import { resolveTls, type ResolvedTls } from './tls';

/** The servers of a NatsCluster that names no size. */
export const DEFAULT_SIZE = 3;

/** The most servers that a NatsCluster may have, as the CRD says of spec.size. */
export const MAX_SIZE = 100;

/** The part of a stored NatsCluster that the model is made from. */
export interface NatsClusterObject {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: Date | string;
    readonly annotations?: Record<string, string>;
  };
  readonly spec?: NatsClusterSpec;
  readonly status?: NatsClusterStatus;
}

/** A NatsCluster with nothing left open: every default is applied here, and nowhere else. */
export interface ResolvedCluster {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly generation: number;
  /** The number of servers. */
  readonly size: number;
  /** There are to be no servers for now, and everything else is kept. */
  readonly isHibernating: boolean;
  readonly version: ServerVersion;
  /** The version is one that servers take before that of the spec. */
  readonly isUpgradeStep?: boolean;
  /** The full image reference, tag included. */
  readonly image: string;
  /** The name in the cluster block; undefined where servers must agree on one by themselves. */
  readonly clusterName: string | undefined;
  readonly natsConfig: NonNullable<NatsClusterSpec['natsConfig']>;
  readonly lameDuckSeconds: number;
  /** The routes that every server dials, ours first, then `spec.extraRoutes`. */
  readonly routes: readonly string[];
  /** The credentials of routes; undefined where they need none. They are part of the route URLs. */
  readonly clusterCredentials: ResolvedCredentials | undefined;
  readonly tls: ResolvedTls;
  readonly auth: ResolvedAuth;
  /** The sections that a spec may lack. */
  readonly gateway: ResolvedGateway | undefined;
  readonly gatewayCredentials: ResolvedCredentials | undefined;
  readonly leafnodes: ResolvedLeafNodes | undefined;
  readonly websocket: ResolvedWebsocket | undefined;
  readonly operator: ResolvedOperatorConfig | undefined;
  /** By `spec.jetstream`. */
  readonly jetstream: ResolvedJetStream | undefined;
  /** The operator's own user; undefined without `spec.jetstream`. */
  readonly systemUser: SystemUser | undefined;
  /** The operator can move streams between servers. */
  readonly canEvacuate: boolean;
  /** Until when servers do not take another one, because one of its name was removed lately. */
  readonly shutOutUntil?: Date | undefined;
  /** The memory limit of the container `nats` in bytes; undefined without one. */
  readonly memoryLimit: number | undefined;
  /** Servers have JetStream, by `spec.jetstream` or `natsConfig.extra`. */
  readonly hasJetStream: boolean;
  /** There is nothing that the one server could be clustered with, and it is better off without trying: see `isStandalone`. */
  readonly isStandalone: boolean;
  /** What the mounted Secrets hold, as a digest of what servers read only when they start; undefined where that is nothing. */
  readonly secretsDigest: string | undefined;
  /** Servers are named by the user's SERVER_NAME variable rather than after their pod. */
  readonly useServerName: boolean;
  readonly noAdvertise: boolean;
  readonly paused: boolean;
  /** A value that rolls the pods when it changes. */
  readonly restartedAt: string | undefined;
  readonly pod: ResolvedPod;
  readonly template: V1PodTemplateSpec | undefined;
  readonly clientService: ServicePolicy;
  readonly managementService: ServicePolicy;
}

/** What `servicePolicy` and `managementServicePolicy` may say of a Service. */
export type ServicePolicy = NonNullable<NatsClusterSpec['servicePolicy']>;

/**
 * Resolves a NatsCluster whose spec and Secrets have no Problem.
 *
 * @param secrets what was read from the Secrets that the spec names
 * @param serviceUsers the users that NatsServiceRoles bring
 * @param imageRepository what the images of our own sidecars begin with, where the spec names none
 * @throws RangeError where the version can't be read: validation comes first
 */
export function resolveCluster(
  { metadata = {}, spec = {}, status }: NatsClusterObject,
  secrets: SecretFacts = noSecrets,
  serviceUsers: readonly ServiceUser[] = [],
  imageRepository?: string,
): ResolvedCluster {
  const { name = '', namespace = '', uid = '', generation = 0 } = metadata;
  const version = resolveVersion(spec, status);
  const size = spec.size ?? DEFAULT_SIZE;
  const auth = resolveAuth(spec.auth, secrets.clientUsers, serviceUsers);
  const systemUser = resolveSystemUser(spec, auth, secrets.systemUserKey);
  return {
    name,
    namespace,
    uid,
    generation,
    size,
    version,
    image: `${spec.serverImage || natsClusterDefaults.serverImage}:${version.tag}`,
    clusterName: resolveClusterName(name, spec),
    natsConfig: withoutOldSpellings(spec.natsConfig ?? {}),
    lameDuckSeconds: spec.lameDuckDurationSeconds ?? natsClusterDefaults.lameDuckDurationSeconds,
    routes: resolveRoutes({ name, namespace }, size, spec.extraRoutes, secrets.clusterCredentials),
    clusterCredentials: resolveCredentials(secrets.clusterCredentials, spec.auth?.clusterAuthTimeout),
    tls: resolveTls(spec.tls, spec.auth, secrets.contents),
    auth,
    gateway: spec.gatewayConfig && resolveGateway(spec.gatewayConfig),
    gatewayCredentials: resolveCredentials(secrets.gatewayCredentials, spec.auth?.gatewayAuthTimeout),
    leafnodes: spec.leafnodeConfig && resolveLeafnodes(spec.leafnodeConfig),
    websocket: spec.websocketConfig && resolveWebsocket(spec.websocketConfig),
    operator: spec.operatorConfig && resolveOperator(spec.operatorConfig),
    isHibernating: spec.hibernate ?? false,
    jetstream: resolveJetStream(spec),
    systemUser,
    canEvacuate: evacuationBlocker(spec, systemUser) === undefined,
    memoryLimit: natsMemoryLimit(spec),
    hasJetStream: hasJetStream(spec),
    isStandalone: isStandalone(spec, size),
    secretsDigest: digestSecrets(spec, secrets.contents),
    useServerName: spec.useServerName ?? false,
    noAdvertise: spec.noAdvertise ?? false,
    paused: spec.paused ?? false,
    restartedAt: metadata.annotations?.[RESTARTED_AT_ANNOTATION],
    pod: resolvePod(spec.pod, imageRepository),
    // The API server holds it to the same schema as Kubernetes' own; only its times are text rather than Date.
    template: spec.template as V1PodTemplateSpec | undefined,
    clientService: spec.servicePolicy ?? {},
    managementService: spec.managementServicePolicy ?? {},
  };
}

/**
 * A clustered server that is alone never serves JetStream: its meta group waits for a second one (nats-server v2.9.25 to v2.15.2, server/raft.go,
 * bootstrapRaftNode). Without JetStream it is clustered all the same, so that more servers can join it without a restart.
 */
export const isStandalone = (spec: NatsClusterSpec, size: number): boolean =>
  size === 1 && hasJetStream(spec) && (spec.extraRoutes ?? []).length === 0 && spec.gatewayConfig === undefined;

/** An absent version stays what the servers run, so that a new operator never upgrades anybody's NATS by itself. */
function resolveVersion(spec: NatsClusterSpec, status: NatsClusterStatus | undefined): ServerVersion {
  const text = spec.version || status?.currentVersion || DEFAULT_VERSION;
  const version = parseServerVersion(text);
  if (version === undefined) throw new RangeError(`not a NATS version: ${text}`);
  return version;
}

/**
 * With extra routes there is no name: two named clusters reject each other's routes, nameless ones agree on a name. A gateway's
 * name wins over ours, because the server rejects a cluster name that differs from its gateway's.
 */
function resolveClusterName(name: string, spec: NatsClusterSpec): string | undefined {
  const explicit = spec.clusterName || spec.gatewayConfig?.name;
  if (explicit) return explicit;
  return (spec.extraRoutes ?? []).length > 0 ? undefined : name;
}
