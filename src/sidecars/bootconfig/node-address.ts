/** The fields of a Node that are read. */
export interface Node {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
}

/** An address of a node and its source. */
export interface NodeAddress {
  readonly address: string;
  readonly source: string;
  /** Whether it is reachable from outside of the node's network. */
  readonly isExternal: boolean;
}

/**
 * The address to advertise: the node's ExternalIP, else the value of the label, else its InternalIP, often the only
 * address on premises. The legacy operator used the same order.
 *
 * @returns undefined if the node has none of them
 */
export function nodeAddress({ metadata, status }: Node, label: string): NodeAddress | undefined {
  const listed = (type: string): string | undefined =>
    status?.addresses?.find(address => address.type === type && address.address)?.address;
  const places: readonly (Omit<NodeAddress, 'address'> & { readonly address: string | undefined })[] = [
    { address: listed('ExternalIP'), source: 'ExternalIP', isExternal: true },
    { address: metadata?.labels?.[label], source: `label ${label}`, isExternal: true },
    { address: listed('InternalIP'), source: 'InternalIP', isExternal: false },
  ];
  const [found] = places.flatMap(({ address, ...place }) => (address ? [{ ...place, address }] : []));
  return found;
}
