import { ownField } from '../../json/own-field';
import type { Problem } from '../../schema/problem';
import { parseQuantity } from '../../kubernetes/quantity';
import { closest } from '../../text/closest';
import type { ReviewedCluster } from './rule';
import { fieldPath } from '../../schema/schema';
import { templateContainers } from './template-containers';

type Quantities = Readonly<Record<string, string | number>>;

interface Resources {
  readonly requests?: Quantities;
  readonly limits?: Quantities;
}

/** Resources are what nodes have, quantities are positive, and no container requests more than its limit. */
export function resourcesAreValid({ spec }: ReviewedCluster): Problem[] {
  const placed: [string, Resources | undefined][] = [
    ['spec.pod.resources', spec.pod?.resources],
    ['spec.pod.reloaderResources', spec.pod?.reloaderResources],
    ...templateContainers(spec).map(({ path, container }): [string, Resources | undefined] => [
      `${path}.resources`,
      container.resources,
    ]),
  ];
  return placed.flatMap(([path, { requests = {}, limits = {} } = {}]) => [
    ...unknown(requests, `${path}.requests`),
    ...unknown(limits, `${path}.limits`),
    ...negatives(requests, `${path}.requests`),
    ...negatives(limits, `${path}.limits`),
    ...requestsOverLimits(requests, limits, `${path}.requests`),
  ]);
}

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

/** Others are of a vendor, as example.com/gpu. */
function unknown(quantities: Quantities, path: string): Problem[] {
  return Object.keys(quantities)
    .filter(name => !RESOURCES.includes(name) && !name.startsWith('hugepages-') && !name.includes('/'))
    .map(name => {
      const suggestion = closest(name, RESOURCES);
      return {
        path: fieldPath(path, name),
        message: `is not a resource of a container; supported are ${RESOURCES.join(', ')}, hugepages-… and those with a domain`,
        ...(suggestion === undefined ? {} : { hint: `did you mean ${suggestion}?` }),
      };
    });
}

function negatives(quantities: Quantities, path: string): Problem[] {
  return Object.entries(quantities)
    .filter(([, quantity]) => (parseQuantity(quantity) ?? 0) < 0)
    .map(([name, quantity]) => ({ path: fieldPath(path, name), message: `must not be negative, got ${quantity}` }));
}

function requestsOverLimits(requests: Quantities, limits: Quantities, path: string): Problem[] {
  return Object.entries(requests).flatMap(([name, request]) => {
    const limit = ownField(limits, name);
    if (limit === undefined || (parseQuantity(request) ?? 0) <= (parseQuantity(limit) ?? Infinity)) return [];
    const message = `must be at most the limit, ${limit}, got ${request}`;
    return [{ path: fieldPath(path, name), message, hint: 'lower the request or raise the limit' }];
  });
}
