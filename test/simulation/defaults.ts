import { isJson, items, part, type Json } from './objects';

/** An object as the API server stores it: what is empty dropped, its defaults filled in. */
export function withDefaults(object: Json): Json {
  const pruned = prune(object);
  if (pruned.kind !== 'StatefulSet') return pruned;
  const spec = part(pruned, 'spec');
  const template = part(spec, 'template');
  return {
    ...pruned,
    spec: {
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      ...spec,
      template: { ...template, spec: podDefaults(part(template, 'spec')) },
    },
  };
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/apis/core/v1/defaults.go */
function podDefaults(spec: Json): Json {
  return {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    ...spec,
    containers: items(spec.containers).map(containerDefaults),
    volumes: items(spec.volumes).map(volume =>
      'secret' in volume ? { ...volume, secret: { defaultMode: 420, ...part(volume, 'secret') } } : volume,
    ),
  };
}

function containerDefaults(container: Json): Json {
  const probes = Object.entries(container).filter(([key]) => key.endsWith('Probe'));
  return {
    terminationMessagePath: '/dev/termination-log',
    imagePullPolicy: 'IfNotPresent',
    resources: {},
    ...container,
    ...Object.fromEntries(probes.map(([key, probe]) => [key, probeDefaults(probe)])),
    env: items(container.env).map(variable =>
      'valueFrom' in variable
        ? { ...variable, valueFrom: { fieldRef: { apiVersion: 'v1', ...part(variable, 'valueFrom', 'fieldRef') } } }
        : variable,
    ),
  };
}

const probeDefaults = (probe: unknown): Json => ({
  successThreshold: 1,
  failureThreshold: 3,
  ...(isJson(probe) ? probe : {}),
  httpGet: { scheme: 'HTTP', ...part(probe, 'httpGet') },
});

/** Structures whose presence alone says something. */
const MARKERS = new Set(['emptyDir', 'securityContext', 'resources']);

function prune(value: Json): Json {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]): [string, unknown][] => {
      if (field === null || field === undefined || field === '') return [];
      if (Array.isArray(field)) {
        return field.length === 0 ? [] : [[key, field.map((item: unknown) => (isJson(item) ? prune(item) : item))]];
      }
      if (!isJson(field)) return [[key, field]];
      const left = prune(field);
      return Object.keys(left).length === 0 && !MARKERS.has(key) ? [] : [[key, left]];
    }),
  );
}
