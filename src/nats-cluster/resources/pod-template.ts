import type { V1Container, V1PodSpec, V1PodTemplateSpec, V1Volume } from '@kubernetes/client-node';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import {
  RESTARTED_AT_ANNOTATION,
  SECRETS_ANNOTATION,
  selectorLabels,
  VERSION_ANNOTATION,
  VERSION_LABEL,
} from '../spec/labels';
import { configSecretName } from '../spec/names';
import { ADVERTISE_VOLUME, CONFIG_VOLUME, NATS_CONTAINER, PID_VOLUME } from '../spec/pod-parts';
import { bootconfigContainers } from './bootconfig-container';
import { mergeByKey } from './merge-by-key';
import { metricsContainers, scrapeAnnotations } from './metrics-container';
import { natsContainer } from './nats-container';
import { placement } from './placement';
import { podInfoVolumes, reloaderContainers } from './reloader-container';
import { secretVolumes } from './secret-mounts';
import { podSecurityContext } from './security';
import { jetStreamVolumes } from './volume-claims';

/** What a stopping server needs on top of its lame duck time before it is killed, in seconds. */
const SHUTDOWN_MARGIN_SECONDS = 30;

/** The pods' template: the user's `spec.template` with ours merged over it. `configKey` is the file that its servers read. */
export function podTemplate(model: ResolvedCluster, configKey: string): V1PodTemplateSpec {
  const base = model.template ?? {};
  return {
    metadata: {
      labels: {
        ...base.metadata?.labels,
        ...model.pod.labels,
        ...selectorLabels(model.name),
        [VERSION_LABEL]: versionLabel(model.version.tag),
      },
      annotations: {
        ...base.metadata?.annotations,
        ...model.pod.annotations,
        [VERSION_ANNOTATION]: model.version.tag,
        ...(model.pod.metrics === undefined ? {} : scrapeAnnotations),
        ...(model.restartedAt === undefined ? {} : { [RESTARTED_AT_ANNOTATION]: model.restartedAt }),
        ...(model.secretsDigest === undefined ? {} : { [SECRETS_ANNOTATION]: model.secretsDigest }),
      },
    },
    spec: podSpec(model, base.spec, configKey),
  };
}

function podSpec(model: ResolvedCluster, base: Partial<V1PodSpec> | undefined, configKey: string): V1PodSpec {
  const { base: baseContainer, others } = splitContainers(base?.containers ?? []);
  const nats = natsContainer(model, baseContainer, configKey);
  return {
    ...base,
    ...placement(model, base),
    ...dnsOnHost(base),
    automountServiceAccountToken: base?.automountServiceAccountToken ?? needsToken(model, base),
    securityContext: base?.securityContext ?? podSecurityContext,
    terminationGracePeriodSeconds: Math.max(
      base?.terminationGracePeriodSeconds ?? 0,
      model.lameDuckSeconds + SHUTDOWN_MARGIN_SECONDS,
    ),
    ...(model.pod.bootconfigImage === undefined ? {} : withBootconfig(model, base)),
    // The reloader signals the server.
    ...(model.pod.reloader === undefined ? {} : { shareProcessNamespace: true }),
    containers: [nats, ...reloaderContainers(model, nats, configKey), ...metricsContainers(model, nats), ...others],
    volumes: mergeByKey(({ name }) => name, ownVolumes(model), base?.volumes),
  };
}

const withBootconfig = (model: ResolvedCluster, base: Partial<V1PodSpec> | undefined): Partial<V1PodSpec> => ({
  initContainers: [...bootconfigContainers(model), ...(base?.initContainers ?? [])],
});

/** No container of the pod talks to the API server but bootconfig, and whatever the user gave an account of its own for, by either of its names. */
const needsToken = (model: ResolvedCluster, base: Partial<V1PodSpec> | undefined): boolean =>
  model.pod.bootconfigImage !== undefined || Boolean(base?.serviceAccountName || base?.serviceAccount);

/** On its node's network a pod asks the node's DNS unless it says otherwise, which does not know the names that servers find each other by. */
const dnsOnHost = (base: Partial<V1PodSpec> | undefined): Partial<V1PodSpec> =>
  base?.hostNetwork && !base.dnsPolicy ? { dnsPolicy: 'ClusterFirstWithHostNet' } : {};

/** The user's container that ours is merged with: the one named nats, or else the first. */
function splitContainers(containers: V1Container[]): { base: V1Container | undefined; others: V1Container[] } {
  const base = containers.find(({ name }) => name === NATS_CONTAINER) ?? containers[0];
  return { base, others: containers.filter(container => container !== base) };
}

const ownVolumes = (model: ResolvedCluster): V1Volume[] => [
  { name: CONFIG_VOLUME, secret: { secretName: configSecretName(model.name) } },
  { name: PID_VOLUME, emptyDir: {} },
  ...secretVolumes(model),
  ...podInfoVolumes(model),
  ...jetStreamVolumes(model),
  ...(model.pod.bootconfigImage === undefined ? [] : [{ name: ADVERTISE_VOLUME, emptyDir: {} }]),
];

/** A tag as a label value, which can't hold a digest and is at most 63 characters long. */
const versionLabel = (tag: string): string =>
  tag
    .slice(0, 63)
    .replace(/^([^@]*)@.*$/, '$1')
    .replace(/(?<![^A-Za-z0-9])[^A-Za-z0-9]+$/, '');
