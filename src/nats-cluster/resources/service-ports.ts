import type { V1ServicePort, V1ServiceSpec } from '@kubernetes/client-node';
import type { ResolvedCluster, ServicePolicy } from '../spec/resolve-cluster';

/** A port of a Service that is the pods' own. */
export const servicePort = (name: string, number: number): V1ServicePort => ({
  name,
  port: number,
  targetPort: number,
  protocol: 'TCP',
});

/** The port of websockets, where there are any. */
export const websocketPorts = ({ websocket }: ResolvedCluster): V1ServicePort[] =>
  websocket === undefined ? [] : [servicePort('websocket', websocket.port)];

/** The IP families that a Service is asked to have. What is not asked for stays as the API server has set it. */
export const ipFamilies = ({ ipFamilyPolicy, ipFamilies: families }: ServicePolicy): V1ServiceSpec => ({
  ...(ipFamilyPolicy === undefined ? {} : { ipFamilyPolicy }),
  ...(families === undefined ? {} : { ipFamilies: families }),
});
