import { clientServiceName, managementServiceName } from '../names';
import type { TlsConnection } from '../tls-files';

/** What a kind of connection asks of its certificate. */
export interface CertificateDemands {
  /** The hosts that are dialled: without one of them, connections fail. */
  readonly hosts: readonly Host[];
  /** Both ends show this certificate, so that it serves clients as well. */
  readonly mutual: boolean;
  /** Both ends trust the authority in this Secret, so that it must have signed. */
  readonly ownAuthority: boolean;
}

export interface Host {
  readonly name: string;
  /** As a certificate's author writes it. */
  readonly wanted: string;
  /** Who dials it: `which servers dial`. */
  readonly use: string;
  /** Whether nothing works without it; otherwise it is only likely to be missed. */
  readonly needed: boolean;
}

/** What is known of a cluster where its certificates are looked at. */
export interface Dialled {
  readonly name: string;
  readonly namespace: string;
  /** Whether it has more than one server: nobody dials the routes of a single one. */
  readonly meshed: boolean;
  /** Whether other clusters may dial its routes. */
  readonly joined: boolean;
}

/** What each kind of connection of a cluster asks of its certificate. */
export function certificateDemands(
  connection: TlsConnection,
  { name, namespace, meshed, joined }: Dialled,
): CertificateDemands {
  const service = managementServiceName(name);
  const client = `${clientServiceName(name)}.${namespace}.svc`;
  const pod: Host = {
    name: `${name}-1.${service}.${namespace}.svc`,
    wanted: `*.${service}.${namespace}.svc`,
    use: meshed ? 'which servers dial' : 'which servers dial where there is more than one',
    needed: meshed,
  };
  switch (connection) {
    case 'routes':
      return {
        hosts: [pod, ...(joined ? [optional(service, 'which other clusters may dial')] : [])],
        mutual: true,
        ownAuthority: true,
      };
    case 'server':
    case 'websocket':
      return { hosts: [optional(client, 'which clients may dial')], mutual: false, ownAuthority: false };
    case 'gateway':
      return { hosts: [], mutual: true, ownAuthority: false };
    case 'leafnode':
      return { hosts: [], mutual: false, ownAuthority: false };
  }
}

const optional = (name: string, use: string): Host => ({ name, wanted: name, use, needed: false });
