import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { childId, type ChildService } from '../../src/nats-cluster/child';
import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import { findDrift } from '../../src/nats-cluster/apply/drift';
import { clientService } from '../../src/nats-cluster/resources/client-service';
import { managementService } from '../../src/nats-cluster/resources/management-service';
import { makeNamespace } from './crd/definitions';
import { describeWithApi, kubectl } from './kubectl';

const namespace = 'dual-stack';

const applying = ['apply', '-n', namespace, '--server-side', '--force-conflicts', '-o', 'json', '-f', '-'];

/** Writes both Services of a NatsCluster as the operator does; returns what is wanted and what is stored. */
async function applyServices(spec: NatsClusterSpec): Promise<{ wanted: ChildService; stored: ChildService }[]> {
  const model = resolveCluster({ metadata: { name: 'c', namespace, uid: 'u' }, spec });
  // Without its owner, the garbage collector would take them.
  const wanted = [clientService(model), managementService(model)].map(service => ({
    ...service,
    metadata: { ...service.metadata, ownerReferences: [] },
  }));
  return Promise.all(wanted.map(async service => ({ wanted: service, stored: await apply(service) })));
}

const apply = async (service: ChildService): Promise<ChildService> =>
  JSON.parse(await kubectl([...applying, '--field-manager=nats-operator'], JSON.stringify(service))) as ChildService;

const familiesOf = ({ stored }: { stored: ChildService }): unknown => stored.spec?.ipFamilies;

describeWithApi('Services where Kubernetes has both IP families', () => {
  beforeAll(async () => makeNamespace(namespace), 60_000);

  test('have the families that the policies ask for, and nothing to put back', async () => {
    for (const [policy, families] of [
      [{}, ['IPv4']],
      [{ ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'] }, ['IPv4', 'IPv6']],
      [{ ipFamilyPolicy: 'SingleStack' }, ['IPv4']],
      [{ ipFamilyPolicy: 'RequireDualStack' }, ['IPv4', 'IPv6']],
      // The API server leaves a Service as it is that is asked for nothing.
      [{}, ['IPv4', 'IPv6']],
    ] satisfies [NatsClusterSpec['managementServicePolicy'], string[]][]) {
      const services = await applyServices({ servicePolicy: policy, managementServicePolicy: policy });
      expect(services.map(familiesOf)).toEqual([families, families]);
      for (const { wanted, stored } of services) {
        expect(`${childId(wanted)}: ${findDrift(wanted, stored) ?? 'as wanted'}`).toBe(`${childId(wanted)}: as wanted`);
      }
    }
  });

  test('keep what somebody else has asked for', async () => {
    await applyServices({});
    const both = JSON.stringify({ spec: { ipFamilyPolicy: 'PreferDualStack' } });
    for (const name of ['c', 'c-mgmt']) await kubectl(['-n', namespace, 'patch', 'service', name, '-p', both]);
    const services = await applyServices({});
    expect(services.map(familiesOf)).toEqual([
      ['IPv4', 'IPv6'],
      ['IPv4', 'IPv6'],
    ]);
  });
});
