/** What is read of a Node object. */
export interface Node {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly status?: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
}

/** An address, and what of the node says so. */
export interface NodeAddress {
  readonly address: string;
  readonly source: string;
  /** Clients outside the node's network may reach it. */
  readonly isExternal: boolean;
}

/**
 * The address that others are told: the node's ExternalIP, else what the label says, else its InternalIP, for on machines of
 * one's own that is often all that there is. The Go operator's programs knew the same three places.
 *
 * @returns undefined where the node has none of them
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
