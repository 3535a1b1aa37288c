import { extraPorts } from '../spec/extra-ports';
import type { Problem } from '../../schema/problem';
import { ownPorts, ownSidecars } from '../spec/pod-parts';
import { selectorLabels } from '../spec/labels';
import type { ReviewedCluster } from './rule';
import { fieldPath } from '../../schema/schema';
import { templateContainers } from './template-containers';

/** Labels of pods leave alone those that Services select pods by, unless they say what the operator says. */
export function labelsKeepOurs({ name, spec }: ReviewedCluster): Problem[] {
  const own = selectorLabels(name);
  const placed: [string, Readonly<Record<string, string>>][] = [
    ['spec.pod.labels', spec.pod?.labels ?? {}],
    ['spec.template.metadata.labels', spec.template?.metadata?.labels ?? {}],
    ['spec.jetstream.fileStorage.labels', spec.jetstream?.fileStorage?.labels ?? {}],
  ];
  return placed.flatMap(([path, labels]) =>
    Object.entries(labels)
      .filter(([key, value]) => (key === 'app' || key.startsWith('nats_')) && own[key] !== value)
      .map(([key]) => ({
        path: fieldPath(path, key),
        message: "is the operator's own label, by which its objects are found",
        hint: own[key] === undefined ? 'use another key' : `use another key, or the operator's own value, ${own[key]}`,
      })),
  );
}

/** The template's other containers don't take the name of a sidecar that the spec asks for. */
export function containerNamesAreFree({ spec }: ReviewedCluster): Problem[] {
  const taken = ownSidecars(spec);
  return templateContainers(spec)
    .filter(({ isNats, container }) => !isNats && taken.includes(container.name ?? ''))
    .map(({ path, container }) => ({
      path: `${path}.name`,
      message: `${String(container.name)} is the name of the operator's own container`,
      hint: 'choose another name',
    }));
}

/** No other container listens on the server's ports: all containers of a pod share one address. */
export function containerPortsAreFree({ spec }: ReviewedCluster): Problem[] {
  const ofExtra = extraPorts(spec).map(({ port, use }): [number, string] => [port, use]);
  const taken = new Map([...ofExtra, ...ownPorts(spec)]);
  return templateContainers(spec)
    .filter(({ isNats }) => !isNats)
    .flatMap(({ path, container }) =>
      (container.ports ?? []).flatMap(({ containerPort, protocol = 'TCP' }, index) => {
        const use = containerPort === undefined || protocol !== 'TCP' ? undefined : taken.get(containerPort);
        if (use === undefined) return [];
        const message = `port ${String(containerPort)} is in use in this pod (${use})`;
        return [{ path: `${path}.ports[${index}].containerPort`, message, hint: 'choose another port' }];
      }),
    );
}

/** What a pod of a StatefulSet can't have, or what the servers find each other by. */
export function podSpecKeepsOurs({ spec }: ReviewedCluster): Problem[] {
  const pod = spec.template?.spec ?? {};
  const path = 'spec.template.spec';
  const named = "can't be set: servers find each other by the pods' names";
  return [
    ...(!pod.hostname ? [] : [{ path: `${path}.hostname`, message: named, hint: 'leave it out' }]),
    ...(!pod.subdomain ? [] : [{ path: `${path}.subdomain`, message: named, hint: 'leave it out' }]),
    ...((pod.restartPolicy || 'Always') === 'Always'
      ? []
      : [
          {
            path: `${path}.restartPolicy`,
            message: `must be Always, got ${String(pod.restartPolicy)}`,
            hint: 'leave it out',
          },
        ]),
    ...(pod.activeDeadlineSeconds === undefined
      ? []
      : [{ path: `${path}.activeDeadlineSeconds`, message: 'a server has no deadline', hint: 'leave it out' }]),
    ...((pod.ephemeralContainers ?? []).length === 0
      ? []
      : [{ path: `${path}.ephemeralContainers`, message: "can't be set in a template", hint: 'use kubectl debug' }]),
    ...(pod.shareProcessNamespace === false && spec.pod?.enableConfigReload
      ? [
          {
            path: `${path}.shareProcessNamespace`,
            message: 'must not be false with spec.pod.enableConfigReload',
            hint: 'the reloader signals the server',
          },
        ]
      : []),
    ...(pod.hostPID && spec.pod?.enableConfigReload
      ? [
          {
            path: `${path}.hostPID`,
            message: "can't be set with spec.pod.enableConfigReload, which shares the processes of the pod alone",
            hint: 'leave it out; Kubernetes allows one of the two',
          },
        ]
      : []),
    ...(pod.automountServiceAccountToken === false && spec.pod?.advertiseExternalIP
      ? [
          {
            path: `${path}.automountServiceAccountToken`,
            message: 'must not be false with spec.pod.advertiseExternalIP',
            hint: 'the init container bootconfig reads the node with that token',
          },
        ]
      : []),
  ];
}

/** A pod has time to hand its clients over before it is killed. */
export function gracePeriodOutlastsLameDuck({ spec }: ReviewedCluster): Problem[] {
  const seconds = spec.template?.spec?.terminationGracePeriodSeconds;
  const lameDuck = spec.lameDuckDurationSeconds ?? 0;
  if (seconds === undefined || seconds > lameDuck) return [];
  return [
    {
      path: 'spec.template.spec.terminationGracePeriodSeconds',
      message: `is raised to outlast spec.lameDuckDurationSeconds, ${lameDuck} (got ${seconds})`,
      hint: 'lower spec.lameDuckDurationSeconds, or leave it to the operator',
    },
  ];
}
