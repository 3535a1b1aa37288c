import { readFileSync } from 'node:fs';
import { parseCustomResource } from '../../../../scripts/codegen/custom-resource';
import { referenceDocument } from '../../../../scripts/codegen/reference';

const resources = ['natsclusters', 'natsserviceroles'].map(plural =>
  parseCustomResource(readFileSync(`crds/${plural}.yaml`, 'utf8')),
);
const text = referenceDocument(resources);

test('the committed reference is the one that the CRDs give', () => {
  expect(readFileSync('docs/reference.md', 'utf8')).toBe(text);
});

test('every link leads to a section', () => {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading.toLowerCase().replace(/[^a-z0-9_-]/g, ''),
  );
  const links = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter(link => !headings.includes(link ?? ''))).toEqual([]);
});

test('a row gives path, type, default and meaning, with what a rule asks for', () => {
  expect(text).toMatch(/^\| `spec\.paused` \| boolean \| `false` \| Leave the cluster alone/m);
  expect(text).toMatch(/^\| `spec\.template` \| Kubernetes PodTemplateSpec \| {2}\| A pod template/m);
  expect(text).toMatch(/^\| `spec\.gatewayConfig\.name` \| string \(required\) \|.*Rule: the name _ is reserved/m);
});

test('no row is broken by a bar in its text', () => {
  const rows = text.split('\n').filter(line => line.startsWith('| `'));
  expect(rows.filter(line => line.split(/(?<!\\)\|/).length !== 6)).toEqual([]);
});

test('no path is broken at a hyphen by a folded line', () => {
  expect(text.match(/\S*\/\S*\w- \S+/g) ?? []).toEqual([]);
});
