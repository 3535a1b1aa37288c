import type { V1PodSecurityContext, V1SecurityContext } from '@kubernetes/client-node';

/** The official images default to root; any other user can run the server, so it is a fixed one. */
const USER = 1000;

/** The restricted Pod Security standard, for pods whose template says nothing else. */
export const podSecurityContext: V1PodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  fsGroup: USER,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
};

/** The same standard, for the container. */
export const containerSecurityContext: V1SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
