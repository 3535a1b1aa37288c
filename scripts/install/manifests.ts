import { projectRoot } from '../image/project-root';
import { run } from '../../tools/toolchain/command';
import { helmCommand } from '../../tools/toolchain/helm';
import { CHART } from './chart';
import { type Files, manifestFiles, manifestsOf, withoutNamespace } from './manifest-files';
import { NAME, NAMESPACE } from './names';

/** Folders with nothing but generated manifests. */
export const MANIFEST_FOLDERS = ['deploy/cluster-wide', 'deploy/namespaced'] as const;

const HEADER = '# Generated from charts/nats-operator by `npm run manifests`. Do not edit.\n';

/** Helm creates the namespace of a release; kubectl needs a manifest. */
const NAMESPACE_MANIFEST = `---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${NAMESPACE}\n`;

/** Stands for the release's namespace in manifests that go where `kubectl apply -n` says. */
const ANY_NAMESPACE = 'release-namespace';

/** The plain manifests, by their path in the checkout: `helm template` of the chart in the checkout, with the values in deploy/values. */
export async function renderManifests(): Promise<ReadonlyMap<string, string>> {
  const helm = await helmCommand();
  const [clusterWide, namespaced] = await Promise.all([
    renderChart(helm, 'cluster-wide', NAMESPACE),
    renderChart(helm, 'namespaced', ANY_NAMESPACE),
  ]);
  const { '00-crds.yaml': crds = '', ...others } = manifestFiles(clusterWide);
  const files = {
    ...within('deploy/cluster-wide', { '00-crds.yaml': NAMESPACE_MANIFEST + crds, ...others }),
    ...within('deploy/namespaced', manifestFiles(withoutNamespace(namespaced, ANY_NAMESPACE))),
    // For a process beside the cluster, which needs nothing else of the chart.
    'scripts/operator/pepr-store.yaml': manifestsOf(clusterWide, template => template === 'pepr-store'),
  };
  return new Map(Object.entries(files).map(([path, text]) => [path, HEADER + text]));
}

async function renderChart(helm: string, variant: string, namespace: string): Promise<string> {
  const values = `deploy/values/${variant}.yaml`;
  const args = ['template', NAME, CHART, '--namespace', namespace, '--values', values, '--skip-tests'];
  return run(helm, args, { cwd: projectRoot });
}

function within(folder: (typeof MANIFEST_FOLDERS)[number], files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]));
}
