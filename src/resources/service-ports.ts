import type { V1ServicePort } from '@kubernetes/client-node';
import type { ClusterModel } from '../model/cluster-model';

/** A port of a Service that is the pods' own. */
export const servicePort = (name: string, number: number): V1ServicePort => ({
  name,
  port: number,
  targetPort: number,
  protocol: 'TCP',
});

/** The port of websockets, where there are any. */
export const websocketPorts = ({ websocket }: ClusterModel): V1ServicePort[] =>
  websocket === undefined ? [] : [servicePort('websocket', websocket.port)];
