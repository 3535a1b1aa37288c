import { authSecrets, tlsSecrets, type NamedSecret } from '../named-secrets';
import { configSecretName } from '../names';
import type { Problem } from '../problem';
import type { ReviewedCluster } from './rule';

/** No Secret that a user is to bring has the name of the one that the operator makes: whichever comes first keeps the other from being made. */
export function secretsAreTheUsers({ name, spec }: ReviewedCluster): Problem[] {
  const taken = configSecretName(name);
  const all = [...tlsSecrets(spec), ...authSecrets(spec), ...pullSecrets(spec)];
  return all
    .filter(secret => secret.name === taken)
    .map(({ path }) => ({
      path,
      message: `${taken} is the name of the Secret with nats.conf, which the operator makes itself`,
      hint: 'give your Secret another name',
    }));
}

/** A volume may well name it: then nats.conf is what it shows. */
const pullSecrets = ({ template }: ReviewedCluster['spec']): Pick<NamedSecret, 'name' | 'path'>[] =>
  (template?.spec?.imagePullSecrets ?? []).flatMap(({ name }, index) =>
    name ? [{ name, path: `spec.template.spec.imagePullSecrets[${index}].name` }] : [],
  );
