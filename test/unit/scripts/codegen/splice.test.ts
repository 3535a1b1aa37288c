import { spliceKubernetesSchemas } from '../../../../scripts/codegen/splice';

const written = `# a comment
fields:
  resources:
    description:   kept as it is
    # begin Kubernetes Container.resources
    type: string
    old: true
    # end Kubernetes
  other: {type: string}
`;

const schemaOf = (name: string) => ({ title: name, type: 'object' });

test('a block between the markers is replaced, and the rest stays byte for byte', () => {
  expect(spliceKubernetesSchemas(written, schemaOf)).toBe(`# a comment
fields:
  resources:
    description:   kept as it is
    # begin Kubernetes Container.resources
    title: Container.resources
    type: object
    # end Kubernetes
  other: {type: string}
`);
});

test('a second pass changes nothing', () => {
  const once = spliceKubernetesSchemas(written, schemaOf);
  expect(spliceKubernetesSchemas(once, schemaOf)).toBe(once);
});

test('a block without its end is an error that names it, rather than a file cut short', () => {
  const unclosed = written.replace('# end Kubernetes', '');
  expect(() => spliceKubernetesSchemas(unclosed, schemaOf)).toThrow('"# begin Kubernetes Container.resources" has no');
});
