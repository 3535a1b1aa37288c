import { manifestFiles, withoutNamespace } from '../../../../scripts/install/manifest-files';

const document = (template: string, name: string): string =>
  `---\n# Source: nats-operator/templates/${template}.yaml\nmetadata:\n  name: ${name}\n`;

describe('the files of the manifests', () => {
  test('have what stays, what is granted and all the rest, each in the order of helm', () => {
    const network = document('networkpolicy', 'a');
    const account = document('serviceaccount', 'b');
    const crds = [document('crds', 'c'), document('crds', 'd')];
    const unknown = document('new', 'e');
    const rendered = [network, `${account}\n`, ...crds, unknown].join('');
    expect(manifestFiles(rendered)).toEqual({
      '00-crds.yaml': crds.join(''),
      '10-prereqs.yaml': account,
      '20-deployment.yaml': network + unknown,
    });
  });

  test('are not made of anything that names no template', () => {
    expect(() => manifestFiles('Error: something else\n')).toThrow(/names no template/);
  });

  test('can go without the namespace of the release, unless a template has it in another place', () => {
    const manifest = (value: string) => `metadata:\n  namespace: here\n  name: a\n${value}`;
    expect(withoutNamespace(manifest(''), 'here')).toBe('metadata:\n  name: a\n');
    expect(() => withoutNamespace(manifest('  host: a.here.svc\n'), 'here')).toThrow(/elsewhere/);
  });
});
