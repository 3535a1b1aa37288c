import type { LeafnodeConfig } from '../../generated/nats-cluster';
import { given } from './given';
import { allUrls } from './remote-urls';

/** `spec.leafnodeConfig`, resolved. */
export interface LeafnodeModel {
  /** Where the cluster takes leaf nodes; undefined where it takes none and only dials its remotes. */
  readonly port: number | undefined;
  readonly remotes: readonly LeafnodeRemoteModel[];
}

export interface LeafnodeRemoteModel {
  readonly urls: readonly string[];
  /** Path of a credentials file in the container. */
  readonly credentials: string | undefined;
  /** The account of ours that the remote is bound to; undefined is the global one. */
  readonly account: string | undefined;
}

/** Applies the defaults of `spec.leafnodeConfig`. */
export function resolveLeafnodes({ hostPort, remotes = [] }: LeafnodeConfig): LeafnodeModel {
  return {
    port: given(hostPort),
    remotes: remotes.map(remote => ({
      urls: allUrls(remote),
      credentials: given(remote.credentials),
      account: given(remote.account),
    })),
  };
}
