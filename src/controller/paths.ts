import type { Child } from '../model/child';

/** Where the API server keeps the children of a namespace, by their kind. */
const collections: Readonly<Record<Child['kind'], (namespace: string) => string>> = {
  Secret: namespace => `/api/v1/namespaces/${namespace}/secrets`,
  Service: namespace => `/api/v1/namespaces/${namespace}/services`,
  StatefulSet: namespace => `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
  PodDisruptionBudget: namespace => `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`,
};

export const childPath = (kind: Child['kind'], namespace: string, name: string): string =>
  `${collections[kind](namespace)}/${name}`;

export const podsPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods`;

export const podPath = (namespace: string, name: string): string => `${podsPath(namespace)}/${name}`;

export const clusterPath = (namespace: string, name: string): string =>
  `/apis/nats.io/v1alpha2/namespaces/${namespace}/natsclusters/${name}`;

export const clusterStatusPath = (namespace: string, name: string): string => `${clusterPath(namespace, name)}/status`;

export const secretPath = (namespace: string, name: string): string => childPath('Secret', namespace, name);

export const revisionPath = (namespace: string, name: string): string =>
  `/apis/apps/v1/namespaces/${namespace}/controllerrevisions/${name}`;

/** Events as the older API has them: only there may they be selected by the object that they are about. */
export const coreEventsPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/events`;

export const eventsPath = (namespace: string): string => `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;

export const serviceRolePath = (namespace: string, name: string): string =>
  `/apis/nats.io/v1alpha2/namespaces/${namespace}/natsserviceroles/${name}`;

/** Where a ServiceAccount's tokens are asked for. */
export const tokenRequestPath = (namespace: string, account: string): string =>
  `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;

export const secretsPath = (namespace: string): string => collections.Secret(namespace);
