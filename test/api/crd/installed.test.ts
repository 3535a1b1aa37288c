import { describeWithApi, kubectl } from '../kubectl';
import { installDefinitions } from './definitions';

const largestAnnotations = 262_144;

describeWithApi('the CRDs', () => {
  beforeAll(installDefinitions);

  test.each(['natsclusters', 'natsserviceroles'])('%s is established with nothing to complain about', async plural => {
    const definition = JSON.parse(await kubectl(['get', 'crd', `${plural}.nats.io`, '-o', 'json'])) as Definition;
    const conditions = Object.fromEntries(definition.status.conditions.map(({ type, status }) => [type, status]));
    expect(conditions).toEqual({ Established: 'True', NamesAccepted: 'True' });
  });

  test.each(['natsclusters', 'natsserviceroles'])('%s fits the annotation of a client-side apply', async plural => {
    const asJson = await kubectl(['create', '--dry-run=client', '-o', 'json', '-f', `crds/${plural}.yaml`]);
    expect(JSON.stringify(JSON.parse(asJson)).length).toBeLessThan(largestAnnotations / 2);
  });

  test('explain a field like documentation', async () => {
    const explained = await kubectl(['explain', 'nats.spec.tls']);
    expect(explained).toMatch(/DESCRIPTION:\s+Certificates of the cluster/);
    expect(explained).toMatch(/serverSecret\s+<string>\s+Secret with the certificate, key and CA/);
  });

  test('explain the pod template down to its leaves', async () => {
    const explained = await kubectl(['explain', 'nats.spec.template.spec.containers.livenessProbe.httpGet']);
    expect(explained).toMatch(/path\s+<string>/);
  });
});

interface Definition {
  status: { conditions: { type: string; status: string }[] };
}
