/** What a fault takes down: at most one server of the cluster is down by us at a time. */
type Scope = 'server' | 'node' | 'spec' | 'operator' | 'API server';

interface FaultKind {
  readonly scope: Scope;
  /** How often it is in each shuffled round of faults. */
  readonly share: number;
  readonly what: string;
}

/**
 * All faults. Another number of servers belongs here, with the scope `spec`, when the operator moves streams off a server by itself: today it rejects fewer
 * servers without consent (docs/jetstream.md, Another size).
 */
export const faultKinds = {
  'server-term': { scope: 'server', share: 1, what: 'SIGTERM to a server' },
  'server-kill': { scope: 'server', share: 2, what: 'SIGKILL to a server' },
  'server-stop': { scope: 'server', share: 2, what: 'SIGSTOP to a server, and SIGCONT after some seconds' },
  'pod-deletion': { scope: 'server', share: 2, what: "deletion of a server's pod" },
  'volume-loss': { scope: 'server', share: 1, what: "deletion of a server's claim and pod" },
  drain: { scope: 'node', share: 2, what: 'drain of a node, and uncordon after some seconds' },
  'node-crash': { scope: 'node', share: 2, what: 'all processes of a node killed, and started after some seconds' },
  version: { scope: 'spec', share: 2, what: 'another spec.version' },
  growth: { scope: 'spec', share: 1, what: 'larger volumes' },
  reload: { scope: 'spec', share: 2, what: 'an option that servers reload' },
  restart: { scope: 'spec', share: 1, what: 'an option that servers restart for' },
  hibernation: { scope: 'spec', share: 1, what: 'spec.hibernate on, and off when all servers have stopped' },
  'operator-deletion': { scope: 'operator', share: 1, what: "deletion of one of the operator's pods" },
  'operator-kill': { scope: 'operator', share: 2, what: 'SIGKILL to the operator in one of its pods' },
  'api-server-stop': {
    scope: 'API server',
    share: 1,
    what: 'SIGSTOP to the API server, and SIGCONT after some seconds',
  },
  'api-server-kill': {
    scope: 'API server',
    share: 1,
    what: 'SIGKILL to the API server, and a start after some seconds',
  },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof faultKinds;

export const faultNames = Object.keys(faultKinds) as FaultName[];

/** Those that take no server down, and may come while another fault lasts. */
export const companionNames = faultNames.filter(name =>
  (['operator', 'API server'] as Scope[]).includes(faultKinds[name].scope),
);

/** Those after which the servers and the operator alone decide whether a server is down. */
export const isPlanned = (name: FaultName): boolean =>
  name !== 'hibernation' && !(['server', 'node'] as Scope[]).includes(faultKinds[name].scope);

export interface Fault {
  readonly name: FaultName;
  /** The ordinal of the server, node or pod, from 1. */
  readonly target: number;
  /** How long it lasts, where it does not end by itself. */
  readonly seconds: number;
  /** What is merged into the spec. */
  readonly change: object;
}
