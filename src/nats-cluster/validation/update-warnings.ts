import { isDeepStrictEqual } from 'node:util';
import { revisionKey } from '../config/config-revisions';
import { natsConf } from '../config/nats-conf';
import { resolveCluster, type ResolvedCluster, type NatsClusterObject } from '../spec/resolve-cluster';
import { isAtLeast, parseServerVersion } from '../../nats/server-version';
import { findUpgradeStep } from '../jetstream/upgrade-path';
import { hasJetStream } from '../spec/jetstream';
import { validateCluster } from './validate-cluster';
import { findRouteConflict, type RouteSettings } from '../rollout/route-conflicts';

/**
 * What an update of a NatsCluster does that its author may not expect: one line each. Secrets are not read: another one is taken for one of other
 * content.
 *
 * @param object valid, with the webhook's defaults
 */
export function updateWarnings(object: NatsClusterObject, old: NatsClusterObject): string[] {
  return [...versionWarnings(object, old), ...routeWarnings(object, old)];
}

/** What another version means for servers with JetStream. */
function versionWarnings({ spec = {} }: NatsClusterObject, { spec: before = {}, status }: NatsClusterObject): string[] {
  const running = before.version || status?.currentVersion;
  if (!hasJetStream(spec) || !spec.version || !running) return [];
  const [from, to] = [parseServerVersion(running), parseServerVersion(spec.version)];
  if (from === undefined || to === undefined) return [];
  const via = findUpgradeStep(from, to);
  if (via !== undefined)
    return [
      `servers with JetStream can't run ${from.tag} and ${to.tag} side by side: they are updated to ${via} first, and then to ${to.tag}`,
    ];
  if (isAtLeast(to, from.release)) return [];
  return [
    `a downgrade from ${from.tag} to ${to.tag} may lose what streams and consumers need of the newer version: back them up first (nats account backup)`,
  ];
}

function routeWarnings(object: NatsClusterObject, old: NatsClusterObject): string[] {
  if (isDeepStrictEqual(routeFields(object), routeFields(old))) return [];
  // An object of an older operator, which servers do not run with.
  if (validateCluster(old).problems.length > 0) return [];
  const [before, after] = [resolveCluster(old), resolveCluster(object)];
  if (before.size < 2 || after.size < 2 || isReloaded(before, after)) return [];
  const conflict = findRouteConflict(settingsOf(before, old), settingsOf(after, object));
  if (conflict === undefined) return [];
  const { option, reason, isCertain } = conflict;
  return [
    `servers with the changed ${option} and servers without it ${isCertain ? '' : 'may '}reject each other's routes, because ${reason}: until the last server is replaced, clients of the two groups do not reach each other`,
  ];
}

/** What routes depend on, to spare all other updates the work. */
const routeFields = ({
  spec: { clusterName, gatewayConfig, extraRoutes, tls, auth, natsConfig } = {},
}: NatsClusterObject) => [
  [clusterName, gatewayConfig?.name, extraRoutes, natsConfig?.extra],
  [tls, auth?.clusterAuthSecret],
];

/** Servers that read the change while they run keep their routes, or lose them for a moment. */
const isReloaded = (before: ResolvedCluster, after: ResolvedCluster): boolean =>
  before.pod.reloads && revisionKey(natsConf(before), true) === revisionKey(natsConf(after), true);

function settingsOf(model: ResolvedCluster, { spec = {} }: NatsClusterObject): RouteSettings {
  const secret = spec.auth?.clusterAuthSecret;
  const clusterCredentials = secret ? { username: secret, password: '', timeout: undefined } : undefined;
  return { conf: natsConf({ ...model, clusterCredentials }), trust: spec.tls?.routesSecret ?? '' };
}
