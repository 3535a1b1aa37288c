import { API_VERSION } from '../../nats-cluster/kind';
import { objectPath } from '../../runtime/api-paths';

export const serviceRolePath = (namespace: string, name: string): string =>
  objectPath(API_VERSION, 'natsserviceroles', namespace, name);
