import type { Members } from '../rendering';

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Members;
  readonly annotations?: Members;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}
