import { confKey } from '../../nats/conf/conf-key';
import { isDeepStrictEqual } from 'node:util';
import { isBlock, type Conf, type ConfBlock, type ConfValue } from '../../nats/conf/conf';
import { valueAt } from '../../nats/conf/path';

/** What decides whether a server can have routes with another. */
export interface RouteSettings {
  /** The configuration that the server has started with. */
  readonly conf: Conf;
  /** Stands for the certificates of its routes: the same text, the same certificates. */
  readonly trust: string;
}

/** Why two servers can't have routes with each other, or may not be able to. */
export interface RouteConflict {
  /** The option of nats.conf that differs: `cluster.tls`. */
  readonly option: string;
  /** How it differs, as it ends a sentence: `routes have TLS on one side alone`. */
  readonly reason: string;
  /** The servers reject each other in any case; otherwise it depends on more than is known here. */
  readonly isCertain: boolean;
}

interface Row extends RouteConflict {
  readonly isConflict: (a: RouteSettings, b: RouteSettings) => boolean;
}

/**
 * What servers have to have in common for routes, the one list of it; what is certain comes first. Where a roll changes such an option, servers with and
 * without the change reject each other. The certain rows, renewed certificates and pool_size (2.10.29 and 2.15.2 alone) were
 * verified with three servers of 2.9.25, 2.10.29 and 2.15.2 that were replaced one by one; that a server keeps a name which it adopted is from nats-server's
 * source. Verified as well, and no conflict on any of them: credentials that are added or removed, for the side that requires none accepts the other's; a
 * gateway with the cluster's name that is added or removed; no_advertise; and, from 2.10 on, accounts and compression of routes.
 *
 * No step between helps with a name: a server without one takes the name of the first named server that it meets, and rejects all others from then on. TLS is
 * not negotiated.
 */
const rows: readonly Row[] = [
  {
    // "Rejecting connection, cluster name … does not match …". A gateway gives its name to the cluster.
    option: 'cluster.name',
    reason: 'the cluster has another name',
    isCertain: true,
    isConflict: differ(({ conf }) => valueAt(conf, ['cluster', 'name'])),
  },
  {
    // "first record does not look like a TLS handshake"
    option: 'cluster.tls',
    reason: 'routes have TLS on one side alone',
    isCertain: true,
    isConflict: (a, b) => hasTls(a) !== hasTls(b),
  },
  {
    // "Authorization Violation"
    option: 'cluster.authorization',
    reason: 'routes have other credentials',
    isCertain: true,
    isConflict: differ(({ conf }) => credentialsOf(conf)),
  },
  {
    option: 'cluster.name',
    reason: 'servers without a cluster name keep the one that they took over from others',
    isCertain: false,
    isConflict: (a, b) => hasName(a) !== hasName(b),
  },
  {
    // "certificate signed by unknown authority"; nothing happens where both sides trust both CAs.
    option: 'cluster.tls',
    reason: 'the certificates of routes have changed, and may be of an authority that the other side does not trust',
    isCertain: false,
    isConflict: (a, b) => hasTls(a) && hasTls(b) && a.trust !== b.trust,
  },
  {
    // 2.10 rejects it, "Mismatch route pool size"; later versions do not.
    option: 'cluster.pool_size',
    reason: 'the pool of routes has another size',
    isCertain: false,
    isConflict: differ(({ conf }) => clusterOption(conf, 'pool_size')),
  },
];

/** The first reason why servers with these settings can't have routes with each other; undefined where they can. */
export function findRouteConflict(a: RouteSettings, b: RouteSettings): RouteConflict | undefined {
  return rows.find(({ isConflict }) => isConflict(a, b));
}

/** Both sides have the option, and not the same: a side that has none accepts the other's. */
function differ(optionOf: (settings: RouteSettings) => ConfValue | undefined): Row['isConflict'] {
  return (a, b) => {
    const [one, other] = [optionOf(a), optionOf(b)];
    return one !== undefined && other !== undefined && !isDeepStrictEqual(one, other);
  };
}

const hasName = ({ conf }: RouteSettings): boolean => valueAt(conf, ['cluster', 'name']) !== undefined;

const hasTls = ({ conf }: RouteSettings): boolean => valueAt(conf, ['cluster', 'tls']) !== undefined;

/** The timeout is each server's own affair. */
function credentialsOf(conf: Conf): ConfValue | undefined {
  const credentials = valueAt(conf, ['cluster', 'authorization']);
  return isBlock(credentials) ? { username: credentials.username, password: credentials.password } : undefined;
}

/** What `natsConfig.extra` adds to the block may be spelled in any case. */
function clusterOption(conf: Conf, option: string): ConfValue | undefined {
  const { cluster } = conf;
  const block: ConfBlock = isBlock(cluster) ? cluster : {};
  return Object.entries(block).find(([key]) => confKey(key) === option)?.[1];
}
