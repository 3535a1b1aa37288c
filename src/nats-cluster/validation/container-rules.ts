import type { Problem } from '../../schema/problem';
import { oneOf, type ReviewedCluster } from './rule';
import { templateContainers, type PlacedContainer } from './template-containers';

type Container = PlacedContainer['container'];

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'] as const;
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const LAST_PORT = 65_535;

/**
 * The template's containers are what Kubernetes takes for a pod, as far as people get it wrong. Its schema does not say it, so without this the
 * StatefulSet would be rejected later.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go
 */
export function containersAreComplete({ spec }: ReviewedCluster): Problem[] {
  return [
    ...oneOf(spec.template?.spec?.dnsPolicy, DNS_POLICIES, 'spec.template.spec.dnsPolicy'),
    ...templateContainers(spec).flatMap(placed => [
      ...imageProblems(placed),
      ...oneOf(placed.container.imagePullPolicy, PULL_POLICIES, `${placed.path}.imagePullPolicy`),
      ...oneOf(placed.container.terminationMessagePolicy, MESSAGE_POLICIES, `${placed.path}.terminationMessagePolicy`),
      ...portProblems(placed, spec.template?.spec?.hostNetwork === true),
      ...PROBES.flatMap(probe => probeProblems(placed.container[probe], `${placed.path}.${probe}`)),
    ]),
  ];
}

/** The server's own comes from spec.version. */
function imageProblems({ path, container, isNats }: PlacedContainer): Problem[] {
  if (isNats || container.image) return [];
  return [{ path: `${path}.image`, message: 'must be set', hint: 'only the container nats has a default' }];
}

function portProblems({ path, container: { ports = [] } }: PlacedContainer, isOnHost: boolean): Problem[] {
  return ports.flatMap(({ containerPort, hostPort, name, protocol }, index) => {
    const at = `${path}.ports[${index}]`;
    const isTwice = name !== undefined && ports.findIndex(other => other.name === name) < index;
    return [
      ...portProblem(containerPort, `${at}.containerPort`),
      // As Go clients write one that is not asked for.
      ...(hostPort === 0 ? [] : portProblem(hostPort, `${at}.hostPort`)),
      ...(isOnHost && hostPort && hostPort !== containerPort
        ? [
            {
              path: `${at}.hostPort`,
              message: `must be the containerPort, ${containerPort}, with hostNetwork, got ${hostPort}`,
              hint: 'leave it out',
            },
          ]
        : []),
      ...oneOf(protocol, PROTOCOLS, `${at}.protocol`),
      ...(isTwice
        ? [{ path: `${at}.name`, message: `${name} is the name of another port`, hint: 'choose another name' }]
        : []),
    ];
  });
}

function portProblem(port: number | undefined, path: string): Problem[] {
  if (port === undefined || (port >= 1 && port <= LAST_PORT)) return [];
  return [{ path, message: `must be a port from 1 to ${LAST_PORT}, got ${port}` }];
}

function probeProblems(probe: Container['livenessProbe'], path: string): Problem[] {
  if (probe === undefined || HANDLERS.filter(handler => probe[handler] !== undefined).length === 1) return [];
  return [{ path, message: `must have one of ${HANDLERS.join(', ')}` }];
}
