import type { Problem } from '../problem';
import type { ReviewedCluster } from './rule';

const PATH = 'spec.pod.advertiseExternalIP';

/** Warns where the pods hardly may read their node, which every namespace's own account may not. */
export function nodesCanBeRead({ spec }: ReviewedCluster): Problem[] {
  const { serviceAccountName, serviceAccount } = spec.template?.spec ?? {};
  if (!spec.pod?.advertiseExternalIP || serviceAccountName || serviceAccount) return [];
  return [
    {
      path: PATH,
      message: "the pods read their node as the namespace's default ServiceAccount, which may hardly do so",
      hint: 'name one that may get nodes in spec.template.spec.serviceAccountName',
    },
  ];
}

/** Warns where clients are told an address at which nothing listens. */
export function advertisedPortIsOpen({ spec }: ReviewedCluster): Problem[] {
  const isOpen = spec.pod?.enableClientsHostPort === true || spec.template?.spec?.hostNetwork === true;
  if (!spec.pod?.advertiseExternalIP || isOpen) return [];
  return [
    {
      path: PATH,
      message: 'clients are told port 4222 of the node, where no server listens',
      hint: 'set spec.pod.enableClientsHostPort',
    },
  ];
}
