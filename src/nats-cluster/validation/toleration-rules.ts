import type { V1Toleration } from '@kubernetes/client-node';
import type { Problem } from '../../schema/problem';
import { oneOf, type ReviewedCluster } from './rule';

const OPERATORS = ['Exists', 'Equal', 'Lt', 'Gt'];
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/**
 * Tolerations are what Kubernetes takes for a pod. Its schema does not say it, so without this the pods would be rejected later.
 *
 * @see https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
 */
export function tolerationsAreValid({ spec }: ReviewedCluster): Problem[] {
  const placed: [string, V1Toleration[]][] = [
    ['spec.pod.tolerations', spec.pod?.tolerations ?? []],
    ['spec.template.spec.tolerations', spec.template?.spec?.tolerations ?? []],
  ];
  return placed.flatMap(([list, tolerations]) =>
    tolerations.flatMap((toleration, index) => problemsOf(toleration, `${list}[${index}]`)),
  );
}

function problemsOf({ key, operator, value, effect, tolerationSeconds }: V1Toleration, path: string): Problem[] {
  return [
    ...oneOf(operator, OPERATORS, `${path}.operator`),
    ...oneOf(effect, EFFECTS, `${path}.effect`),
    ...(operator === 'Exists' && value
      ? [{ path: `${path}.value`, message: 'must be left out with operator Exists', hint: 'or use operator Equal' }]
      : []),
    ...(!key && operator !== 'Exists'
      ? [
          {
            path: `${path}.key`,
            message: 'must be set unless operator is Exists',
            hint: 'Exists without a key tolerates all',
          },
        ]
      : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? [{ path: `${path}.tolerationSeconds`, message: 'needs effect NoExecute', hint: 'leave it out' }]
      : []),
  ];
}
