import type { Problem } from '../../schema/problem';
import type { ReviewedCluster } from './rule';
import { fieldPath } from '../../schema/schema';

type Strings = Readonly<Record<string, string>>;

const KEY = /^(?:([a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

const KEY_HINT = 'a name of up to 63 letters, digits, "-", "_" and ".", with an optional prefix such as example.com/';
const VALUE_HINT = 'up to 63 letters, digits, "-", "_" and ".", with a letter or digit at each end';

/**
 * Labels and annotations are what Kubernetes takes; what the CRD checks by itself is not repeated.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function metadataIsValid({ spec }: ReviewedCluster): Problem[] {
  const { pod, template, servicePolicy, managementServicePolicy, jetstream } = spec;
  const labels: [string, Strings | undefined][] = [
    ['spec.servicePolicy.labels', servicePolicy?.labels],
    ['spec.managementServicePolicy.labels', managementServicePolicy?.labels],
    ['spec.template.metadata.labels', template?.metadata?.labels],
    ['spec.template.spec.nodeSelector', template?.spec?.nodeSelector],
    ['spec.jetstream.fileStorage.labels', jetstream?.fileStorage?.labels],
  ];
  const annotations: [string, Strings | undefined][] = [
    ['spec.pod.nodeSelector', pod?.nodeSelector],
    ['spec.pod.annotations', pod?.annotations],
    ['spec.servicePolicy.annotations', servicePolicy?.annotations],
    ['spec.managementServicePolicy.annotations', managementServicePolicy?.annotations],
    ['spec.template.metadata.annotations', template?.metadata?.annotations],
    ['spec.jetstream.fileStorage.annotations', jetstream?.fileStorage?.annotations],
  ];
  return [
    ...[...labels, ...annotations].flatMap(([path, entries = {}]) => badKeys(path, entries)),
    ...labels.flatMap(([path, entries = {}]) => badValues(path, entries)),
  ];
}

function badKeys(path: string, entries: Strings): Problem[] {
  return Object.keys(entries)
    .filter(key => !KEY.test(key))
    .map(key => ({ path: fieldPath(path, key), message: 'is not a valid label or annotation key', hint: KEY_HINT }));
}

function badValues(path: string, entries: Strings): Problem[] {
  return Object.entries(entries)
    .filter(([, value]) => !LABEL_VALUE.test(value))
    .map(([key, value]) => ({
      path: fieldPath(path, key),
      message: `is not a valid label value: "${value}"`,
      hint: VALUE_HINT,
    }));
}
