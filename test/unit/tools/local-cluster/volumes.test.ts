import { join } from 'node:path';
import { topologyOf } from '../../../../tools/local-cluster/cluster-node';
import { instanceOf } from '../../../../tools/local-cluster/instance';
import { programPaths } from '../../../../tools/local-cluster/program-paths';
import { volumeProvisioner } from '../../../../tools/local-cluster/volumes';

const programs = programPaths(new Map([['volume-provisioner', '/cache/volume-provisioner-1']]));

function provisionerOf(nodes: number, suffix = '') {
  const topology = topologyOf(instanceOf('/work/a', suffix), nodes);
  return { topology, daemon: volumeProvisioner(topology.first, programs) };
}

function folderOf(args: readonly string[]): string {
  return args.find(arg => arg.startsWith('-folder='))?.slice('-folder='.length) ?? '';
}

describe('the volume provisioner of a local cluster', () => {
  test('keeps its volumes in the state folder, so that clean removes them', () => {
    const { topology, daemon } = provisionerOf(3);
    const folder = folderOf(daemon.args);
    expect(folder).toBe(join(topology.instance.stateFolder, 'volumes'));
    expect(topology.nodes.filter(({ stateFolder }) => `${folder}/`.startsWith(`${stateFolder}/`))).toEqual([]);
  });

  test('is not restarted when the cluster gets another node', () => {
    expect(provisionerOf(3).daemon).toEqual(provisionerOf(1).daemon);
  });

  test('shares no volumes and no credentials with that of a second cluster of the checkout', () => {
    const first = new Set(provisionerOf(1).daemon.args);
    expect(provisionerOf(1, 'second').daemon.args.filter(arg => first.has(arg))).toEqual([]);
  });

  test('runs the program that was built', () => {
    expect(provisionerOf(1).daemon.command).toBe('/cache/volume-provisioner-1/volume-provisioner');
  });
});
