import { clientServiceName, managementServiceName } from '../spec/names';
import type { TlsConnection } from '../spec/tls-files';

/** What a kind of connection requires of its certificate. */
export interface CertificateDemands {
  /** The hosts that are dialled: without one of them, connections fail. */
  readonly hosts: readonly Host[];
  /** Both ends show this certificate, so that it serves clients as well. */
  readonly mutual: boolean;
  /** Both ends trust the CA in this Secret, so it must have signed the certificate. */
  readonly ownAuthority: boolean;
  /** Whose certificates servers verify with the CA in this Secret: no peer connects without it. Undefined where they verify none. */
  readonly verifies: 'the other servers' | 'other clusters' | 'clients' | undefined;
}

export interface Host {
  readonly name: string;
  /** As a certificate's author writes it. */
  readonly desired: string;
  /** Who dials it: `which servers dial`. */
  readonly use: string;
  /** Whether nothing works without it; otherwise it is only likely to be missed. */
  readonly needed: boolean;
}

/** What is known of a cluster when its certificates are validated. */
export interface Dialled {
  readonly name: string;
  readonly namespace: string;
  /** Whether it has more than one server: no server dials the routes of a single one. */
  readonly meshed: boolean;
  /** Whether other clusters may dial its routes. */
  readonly joined: boolean;
  /** Whether clients have to show a certificate. */
  readonly verifiesClients: boolean;
}

/** What each kind of connection of a cluster requires of its certificate. */
export function certificateDemands(
  connection: TlsConnection,
  { name, namespace, meshed, joined, verifiesClients }: Dialled,
): CertificateDemands {
  const service = managementServiceName(name);
  const client = `${clientServiceName(name)}.${namespace}.svc`;
  const pod: Host = {
    name: `${name}-1.${service}.${namespace}.svc`,
    desired: `*.${service}.${namespace}.svc`,
    use: meshed ? 'which servers dial' : 'which servers dial where there is more than one',
    needed: meshed,
  };
  switch (connection) {
    case 'routes':
      return {
        hosts: [pod, ...(joined ? [optional(service, 'which other clusters may dial')] : [])],
        mutual: true,
        ownAuthority: true,
        verifies: meshed || joined ? 'the other servers' : undefined,
      };
    case 'server':
      return {
        hosts: [optional(client, 'which clients may dial')],
        mutual: false,
        ownAuthority: false,
        verifies: verifiesClients ? 'clients' : undefined,
      };
    case 'websocket':
      return {
        hosts: [optional(client, 'which clients may dial')],
        mutual: false,
        ownAuthority: false,
        verifies: undefined,
      };
    case 'gateway':
      return { hosts: [], mutual: true, ownAuthority: false, verifies: 'other clusters' };
    case 'leafnode':
      return { hosts: [], mutual: false, ownAuthority: false, verifies: undefined };
  }
}

const optional = (name: string, use: string): Host => ({ name, desired: name, use, needed: false });
