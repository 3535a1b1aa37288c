import type { Remotes } from '../spec/remotes';
import type { RemotesReview } from '../rollout/remotes';
import { conditionFalse, conditionTrue, type ConditionState } from './conditions';

/** Whether every server is connected to all remotes that the spec names. */
export function remotesConnected({ named, known, missing, young }: RemotesReview): ConditionState {
  if (!known) return { status: 'Unknown', reason: 'ServersNotReady', message: 'No server can be queried yet' };
  const [first] = missing;
  if (first === undefined) return conditionTrue('RemotesConnected', `Every server is connected: ${describe(named)}`);
  const others = missing.length === 1 ? '' : `, and ${missing.length - 1} more like that`;
  const { server, kind, what } = first;
  const message = `${server} ${what}${others}: see the log of its container nats, or of the other side; ${ADVICE[kind]}`;
  return young ? { status: 'Unknown', reason: 'Connecting', message } : conditionFalse('RemotesDisconnected', message);
}

/** A server's own words are in its log alone: its monitor knows only who is there. */
const ADVICE: Readonly<Record<keyof Remotes, string>> = {
  gateways:
    'both sides must have the same credentials (spec.auth.gatewayAuthSecret), trust the certificate of the other (spec.tls.gatewaySecret) and, with rejectUnknown, list each other',
  remotes:
    'the hub must accept its credentials (spec.leafnodeConfig.remotes), and the container must trust the certificate of the hub',
  routes:
    'both sides must have the same credentials (spec.auth.clusterAuthSecret), trust the certificate of the other (spec.tls.routesSecret) and have the same cluster name, or none',
};

const describe = ({ gateways, remotes, routes }: Remotes): string =>
  [
    ...(gateways.length > 0 ? [`gateways to ${gateways.join(', ')}`] : []),
    ...(remotes > 0 ? [`leaf node of ${remotes} ${remotes === 1 ? 'remote' : 'remotes'}`] : []),
    ...(routes ? ['routes to servers of spec.extraRoutes'] : []),
  ].join('; ');
