import type { LeafnodeModel, LeafnodeRemoteModel } from '../model/leafnode-model';
import type { TlsFiles } from '../model/tls-files';
import { INCLUDE, type ConfBlock } from './conf';
import { tlsBlock } from './tls';

/**
 * The block `leafnodes`: who may extend this system, and which systems this one extends.
 *
 * @param advertise the file, relative to the configuration, with the address to give out
 */
export function leafnodesBlock({ port, remotes }: LeafnodeModel, tls?: TlsFiles, advertise?: string): ConfBlock {
  return {
    ...(advertise === undefined || port === undefined ? {} : { [INCLUDE]: [advertise] }),
    port,
    tls: tls && tlsBlock(tls),
    remotes: remotes.length === 0 ? undefined : remotes.map(remoteBlock),
  };
}

/** `urls` came with 2.1; one address is a `url`, as 2.0 knows it. */
function remoteBlock({ urls, credentials, account }: LeafnodeRemoteModel): ConfBlock {
  const [only, ...others] = urls;
  return { ...(others.length === 0 ? { url: only } : { urls }), credentials, account };
}
