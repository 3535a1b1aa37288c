import { instanceOf } from '../../../../tools/local-cluster/instance';
import { topologyOf } from '../../../../tools/local-cluster/cluster-node';

const deep = `/home/someone/${'projects/'.repeat(12)}checkout`;

describe('the local cluster of a checkout', () => {
  test('has the same name every time, and another one in another checkout', () => {
    expect(instanceOf('/work/a').name).toBe(instanceOf('/work/a').name);
    expect(instanceOf('/work/a').name).not.toBe(instanceOf('/work/b').name);
  });

  test('shares no name, folder, namespace or cgroup with a second one of the same checkout', () => {
    const places = (suffix: string) => {
      const { instance, nodes } = topologyOf(instanceOf('/work/a', suffix), 3);
      const folders = [instance.name, instance.stateFolder, instance.runFolder, instance.kubeletFolder];
      return [
        ...folders,
        ...nodes.flatMap(({ name, netns, cgroup, containerdSocket }) => [name, netns, cgroup, containerdSocket]),
      ];
    };
    const second = new Set(places('second'));
    expect(places('').filter(place => second.has(place))).toEqual([]);
  });

  test.each(['/work/a', deep])('keeps its sockets within the 107 characters of a path in %s', checkout => {
    const { nodes } = topologyOf(instanceOf(checkout, 'abcdefghijkl'), 16);
    for (const { containerdSocket, kubeletFolder } of nodes) {
      expect(`${containerdSocket}.ttrpc`.length).toBeLessThanOrEqual(107);
      expect(`${kubeletFolder}/pod-resources/kubelet.sock`.length).toBeLessThanOrEqual(107);
    }
  });

  test('keeps the pods’ volumes with the rest of its state where the path allows it', () => {
    expect(instanceOf('/work/a').kubeletFolder).toMatch(/^\/work\/a\/\.cluster\//);
    expect(instanceOf(deep).kubeletFolder).toMatch(/^\/var\/lib\/nop-/);
  });

  test.each(['Second', 'a b', '../x', '-a', '1', 'abcdefghijklm'])('is not given the name "%s"', suffix => {
    expect(() => instanceOf('/work/a', suffix)).toThrow(`CLUSTER_NAME is "${suffix}"`);
  });

  test('gives each of up to 16 nodes an address and a pod subnet of its own', () => {
    const { nodes } = topologyOf(instanceOf('/work/a'), 16);
    expect(new Set(nodes.map(({ address }) => address)).size).toBe(16);
    expect(nodes.map(({ podSubnet }) => podSubnet).slice(0, 3)).toEqual([
      '10.244.0.0/20',
      '10.244.16.0/20',
      '10.244.32.0/20',
    ]);
    expect(() => topologyOf(instanceOf('/work/a'), 17)).toThrow('room for 16 nodes');
  });

  test('spreads its nodes over three zones', () => {
    const zones = topologyOf(instanceOf('/work/a'), 4).nodes.map(({ zone }) => zone);
    expect(zones).toEqual(['zone-a', 'zone-b', 'zone-c', 'zone-a']);
  });
});
