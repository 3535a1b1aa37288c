import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import type { Problem } from '../../../../src/schema/problem';
import { admitNatsCluster } from '../../../../src/nats-cluster/validation/admission-decision';
import { validateCluster } from '../../../../src/nats-cluster/validation/validate-cluster';
import { badSpecs, type BadSpec } from '../../../fixtures/bad-specs';

const rows = badSpecs();
const rowsOf = (...who: BadSpec['refusedBy'][]) =>
  rows.filter(({ refusedBy }) => who.includes(refusedBy)).map(row => [row.name, row] as const);

describe('validation', () => {
  test.each(rowsOf('webhook'))(
    'says of %s, which the API server would store, what is wrong and what is right',
    (_, row) => {
      expect(refusalOf(row)).toEqual(row.says);
    },
  );

  test.each(rowsOf('rule'))("says of %s what the CRD's own rule says", (_, row) => {
    const said = problemsOf(row).map(({ path, message }) => `${path}: ${message}`);
    expect(said).toEqual(expect.arrayContaining(row.says.map(withoutApiServersWords)));
  });

  test.each(rowsOf('schema'))('names the field that is wrong in %s, as the API server does', (_, row) => {
    const paths = problemsOf(row).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(row.says.filter(isAboutField).map(pathOf)));
  });

  test.each(rowsOf('decoding'))('names the unknown field in %s, as kubectl does', (_, row) => {
    const problems = problemsOf(row);
    for (const line of row.says) {
      const field = /unknown field "(.*)"/.exec(line)?.[1] ?? '';
      expect(problems.some(({ path }) => field === path || field.startsWith(`${path}.`))).toBe(true);
    }
  });
});

test('there are at least 40 bad specs for the webhook alone', () => {
  expect(rowsOf('webhook').length).toBeGreaterThanOrEqual(40);
});

/** Parsed: a row's spec is wrong on purpose. */
function problemsOf({ spec }: BadSpec): Problem[] {
  return validateCluster({ metadata: { name: 'bad', namespace: 'default' }, spec: spec as NatsClusterSpec }).problems;
}

/** The lines of the webhook's answer to its creation, without the first, which counts them. */
function refusalOf({ spec }: BadSpec): string[] {
  const object = { metadata: { name: 'bad', namespace: 'default' }, spec: spec as NatsClusterSpec };
  const decision = admitNatsCluster(object, undefined);
  const [, ...lines] = decision.isAllowed ? [] : decision.message.split('\n');
  return lines.map(line => line.replace(/^- /, ''));
}

/** `spec.version: Invalid value: "2.12": a version has …` without what the API server puts between the field and the message. */
function withoutApiServersWords(line: string): string {
  const [, path = '', message = ''] =
    /^(\S+): (?:Invalid value|Required value): (?:"[^"]*": |\d+: )?(.*)$/.exec(line) ?? [];
  return `${asWritten(path)}: ${message}`;
}

const pathOf = (line: string): string => asWritten(line.slice(0, line.indexOf(': ')));

/** The API server writes an entry of a map as an item of a list. */
const asWritten = (path: string): string => path.replace(/\[([a-z]+)\]/g, '.$1');

/** The scale subresource has its own complaint about a size that is no number. */
const isAboutField = (line: string): boolean => !line.startsWith('.');
