import type { Problem } from '../../schema/problem';
import { NATS_CONTAINER, OWN_VARIABLES } from '../spec/pod-parts';
import type { ReviewedCluster } from './rule';
import { natsVariables, templateContainers } from './template-containers';

const OPTIONS = 'server options belong in spec.natsConfig, those without a field in spec.natsConfig.extra';

/** The nats container of the template leaves alone what the operator sets by other fields. */
export function natsContainerKeepsOurs({ spec }: ReviewedCluster): Problem[] {
  return templateContainers(spec)
    .filter(({ isNats }) => isNats)
    .flatMap(({ path, container }) => [
      ...((container.command ?? []).length === 0 ? [] : [ours(`${path}.command`, OPTIONS)]),
      ...((container.args ?? []).length === 0 ? [] : [ours(`${path}.args`, OPTIONS)]),
    ]);
}

const ours = (path: string, hint: string): Problem => ({
  path,
  message: "can't be set on the nats container, the operator does",
  hint,
});

/** Warns of an image that is not used: a pod template can hardly be written without one, so it is no error. */
export function natsContainerImageIsUnused({ spec }: ReviewedCluster): Problem[] {
  return templateContainers(spec)
    .filter(({ isNats, container }) => isNats && container.image !== undefined)
    .map(({ path }) => ({
      path: `${path}.image`,
      message: 'is not used for the nats container',
      hint: 'its image is spec.serverImage with the tag spec.version',
    }));
}

/** No variable of the user's hides one that the server's arguments are made of. */
export function variablesKeepOurs({ spec }: ReviewedCluster): Problem[] {
  return natsVariables(spec)
    .filter(({ variable }) => OWN_VARIABLES.includes(variable.name ?? ''))
    .map(({ path, variable }) => ({
      path: `${path}.name`,
      message: `${String(variable.name)} is the operator's own variable`,
      hint: 'the operator sets it; choose another name',
    }));
}

/** Variables are named as Kubernetes lets them be. */
export function variablesAreNamed({ spec }: ReviewedCluster): Problem[] {
  return natsVariables(spec)
    .filter(({ variable }) => !/^[ -<>-~]+$/.test(variable.name ?? ''))
    .map(({ path, variable }) => ({
      path: `${path}.name`,
      message: `is not a valid name of an environment variable: ${JSON.stringify(variable.name ?? '')}`,
      hint: 'ASCII characters without =',
    }));
}

/** With `useServerName` the variable SERVER_NAME exists, and differs from pod to pod. */
export function serverNameIsGiven({ spec }: ReviewedCluster): Problem[] {
  if (!spec.useServerName) return [];
  const found = natsVariables(spec).find(({ variable }) => variable.name === 'SERVER_NAME');
  if (found === undefined) {
    const hint = 'or leave useServerName out to name servers after their pods';
    return [{ path: 'spec.useServerName', message: 'needs the variable SERVER_NAME in spec.pod.natsEnv', hint }];
  }
  const isConstant = found.variable.valueFrom === undefined && !(found.variable.value ?? '').includes('$(');
  if (!isConstant || spec.size === 1) return [];
  return [
    {
      path: `${found.path}.value`,
      message: 'gives every server the same name, and servers with the same name reject each other',
      hint: 'build it from the pod\'s name: value: "east-$(POD_NAME)"',
    },
  ];
}

/** Warns where the first container becomes the server's for want of one that is named nats. */
export function natsContainerIsNamed({ spec }: ReviewedCluster): Problem[] {
  return templateContainers(spec)
    .filter(({ isNats, container }) => isNats && container.name !== undefined && container.name !== NATS_CONTAINER)
    .map(({ path, container }) => ({
      path: `${path}.name`,
      message: `the first container, ${String(container.name)}, is used as the server's and renamed to nats`,
      hint: 'name it nats, or put a container named nats before it',
    }));
}
