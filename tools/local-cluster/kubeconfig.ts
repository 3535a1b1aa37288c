import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { pkiFolder } from './certificates';
import { controlPlaneAddress } from './cluster-node';
import type { Instance } from './instance';

/** The kubeconfig of the cluster's administrator, for people, tests and the control plane's own programs. */
export function adminKubeconfigPath(instance: Instance): string {
  return join(instance.stateFolder, 'kubeconfig');
}

/** The text of a kubeconfig that signs in with the certificate of that name, everything embedded. */
export function kubeconfig(instance: Instance, certificate: string): string {
  const pki = pkiFolder(instance);
  const embed = (file: string) => readFileSync(join(pki, file)).toString('base64');
  const server = `https://${controlPlaneAddress}:6443`;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: instance.name, cluster: { server, 'certificate-authority-data': embed('ca.crt') } }],
    users: [
      {
        name: certificate,
        user: {
          'client-certificate-data': embed(`${certificate}.crt`),
          'client-key-data': embed(`${certificate}.key`),
        },
      },
    ],
    contexts: [{ name: instance.name, context: { cluster: instance.name, user: certificate } }],
    'current-context': instance.name,
  });
}
