import type { ConfBlock } from '../../nats/conf/conf';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import type { UserPermissions } from '../../nats/user';
import { userBlock } from './authorization';

const SYSTEM = '$SYS';

/** What replies to the operator's requests begin with. */
export const SYSTEM_INBOX = '_INBOX.op';

/**
 * What the operator's user may do, and nothing that it does not. The subjects that name an account work for every account, and so does the list of streams by
 * the header of `SystemClient`. None of them reads, changes or deletes messages.
 *
 * @see https://docs.nats.io/reference/reference-protocols/nats_api_reference
 */
export const systemPermissions: UserPermissions = {
  publish: [
    // Takes a server that is gone for good out of the meta group, which would count it in its quorum.
    '$JS.API.SERVER.REMOVE',
    // Moves everything from a server that leaves; from 2.15 on.
    '$JS.API.SERVER.EVACUATE',
    // The same for one stream of an account, for all versions.
    '$JS.API.ACCOUNT.STREAM.MOVE.*.*',
    // Takes such a move back.
    '$JS.API.ACCOUNT.STREAM.CANCEL_MOVE.*.*',
    // Which streams an account has, so that none is overlooked that has no leader.
    '$JS.API.STREAM.NAMES',
  ],
  subscribe: [`${SYSTEM_INBOX}.>`],
};

/**
 * The system account, where it has to be declared: for the operator's own user, and for servers that take both leaf nodes and gateways. These do not start
 * unless it is named: "leaf nodes and gateways (both being defined) require a system account to also be configured" (nats-server v2.15.2, server/leafnode.go,
 * validateLeafNode). With accounts by JWT, it is for the operator's JWT or the spec to name it.
 *
 * For the user alone it is not named: a declared `$SYS` is the system account, and a server that has none named refuses to reload a configuration that names one
 * (nats-server v2.15.2, server/reload.go, diffOptions). Clients stay in the global account `$G`, which has JetStream as long as no account besides the system
 * account is declared.
 */
export function systemAccount({ gateway, leafnodes, operator, systemUser }: ResolvedCluster): ConfBlock {
  const isRequired = gateway !== undefined && leafnodes?.port !== undefined && operator === undefined;
  const name = isRequired ? { system_account: SYSTEM } : {};
  if (systemUser?.kind === 'nkey')
    return { ...name, accounts: { [SYSTEM]: { users: [systemUserBlock(systemUser.publicKey)] } } };
  return isRequired ? { ...name, accounts: { [SYSTEM]: {} } } : {};
}

const systemUserBlock = (nkey: string): ConfBlock => userBlock({ nkey, permissions: systemPermissions });
