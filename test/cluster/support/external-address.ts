import type { V1Node } from '@kubernetes/client-node';
import { apply, getObject, kubectl } from './kubectl';
import { atEnd } from './tear-down';
import { waitFor } from './wait-for';

const NAME = 'external-address';

/**
 * Gives all nodes that ExternalIP and keeps it there, as a cloud's controller does, until the file's end. A policy of admission adds it
 * to every status that is written: a kubelet without a cloud takes away what it has not written itself.
 */
export async function giveExternalAddress(address: string): Promise<void> {
  atEnd(async () =>
    kubectl(['delete', 'mutatingadmissionpolicy,mutatingadmissionpolicybinding', NAME, '--ignore-not-found']),
  );
  await apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: policy(address) }));
  await waitFor(async () => (await nodesWithout(address)).length === 0, {
    what: `all nodes to have the ExternalIP ${address}`,
  });
}

/** The nodes that lack it, each of which is written once more so that the policy, when it is in force, sees it. */
async function nodesWithout(address: string): Promise<V1Node[]> {
  const { items = [] } = (await getObject<{ items: V1Node[] }>(['nodes'])) ?? {};
  const lacking = items.filter(({ status }) => !status?.addresses?.some(each => each.address === address));
  for (const { metadata } of lacking)
    await kubectl(['patch', 'node', metadata?.name ?? '', '--subresource=status', '-p', '{"status":{"phase":null}}']);
  return lacking;
}

function policy(address: string): object[] {
  const addresses = `[Object.status.addresses{type: "ExternalIP", address: "${address}"}]`;
  const expression = `Object{status: Object.status{addresses: ${addresses}}}`;
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['nodes/status'] };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicy',
      metadata: { name: NAME },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        reinvocationPolicy: 'Never',
        mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingAdmissionPolicyBinding',
      metadata: { name: NAME },
      spec: { policyName: NAME },
    },
  ];
}
