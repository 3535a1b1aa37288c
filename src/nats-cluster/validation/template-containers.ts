import type { NatsClusterSpec, PodTemplate } from '../../../generated/nats-cluster';
import { NATS_CONTAINER } from '../spec/pod-parts';

type TemplateSpec = NonNullable<PodTemplate['spec']>;

/** A container of `spec.template`, of which a user need not write more than what differs. */
type TemplateContainer = NonNullable<TemplateSpec['containers']>[number];

/** A container and where it stands. */
export interface PlacedContainer {
  readonly path: string;
  readonly container: TemplateContainer;
  /** It is the one that the operator's own nats container is merged with. */
  readonly isNats: boolean;
}

/** The containers of the template, init containers last. The one named nats, or else the first, is the server's. */
export function templateContainers(spec: NatsClusterSpec): PlacedContainer[] {
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const named = containers.findIndex(({ name }) => name === NATS_CONTAINER);
  const nats = Math.max(named, 0);
  return [
    ...containers.map((container, index) => ({
      path: `spec.template.spec.containers[${index}]`,
      container,
      isNats: index === nats,
    })),
    ...initContainers.map((container, index) => ({
      path: `spec.template.spec.initContainers[${index}]`,
      container,
      isNats: false,
    })),
  ];
}

/** A variable of the nats container and where it stands. */
export interface PlacedVariable {
  readonly path: string;
  readonly variable: NonNullable<TemplateContainer['env']>[number];
}

/** The variables that a user gives the nats container, in spec.pod.natsEnv and in the template. */
export function natsVariables(spec: NatsClusterSpec): PlacedVariable[] {
  const own = (spec.pod?.natsEnv ?? []).map((variable, index) => ({ path: `spec.pod.natsEnv[${index}]`, variable }));
  const template = templateContainers(spec)
    .filter(({ isNats }) => isNats)
    .flatMap(({ path, container }) =>
      (container.env ?? []).map((variable, index) => ({ path: `${path}.env[${index}]`, variable })),
    );
  return [...own, ...template];
}
