import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { describeProblem } from '../../../src/schema/problem';
import { validateCluster } from '../../../src/nats-cluster/validation/validate-cluster';
import { validateServiceRole } from '../../../src/nats-service-role/validate-service-role';
import type { ValidationResult } from '../../../src/schema/validation-result';
import { objectsIn, type KubernetesObject } from '../../fixtures/manifests';
import { readPage } from './page';

/** The page of each kind, and the file that its first example is from, which the cluster tier applies. */
const kinds = [
  ['NatsCluster', 'docs/natscluster.md', 'examples/nats-cluster.yaml'],
  ['NatsServiceRole', 'docs/natsservicerole.md', 'examples/service-accounts.yaml'],
] as const;

/** Those that are complete as they are: in others, keys and JWTs are filled in first. */
const examples = readdirSync(join(projectRoot, 'examples'))
  .map(name => `examples/${name}`)
  .filter(path => !readPage(path).includes('${'));

const blocksIn = (page: string): string[] =>
  [...page.matchAll(/^ *```yaml\n([\s\S]*?)^ *```$/gm)].map(([, text = '']) => text);

const validate = (object: KubernetesObject): ValidationResult =>
  object.kind === 'NatsCluster' ? validateCluster(object) : validateServiceRole(object);

const problemsOf = (object: KubernetesObject): string[] => validate(object).problems.map(describeProblem);

const isOurs = ({ kind }: KubernetesObject): boolean => kinds.some(([name]) => name === kind);

describe.each(kinds)('the page of %s', (kind, path, file) => {
  const page = readPage(path);
  const objects = blocksIn(page).flatMap(objectsIn);

  it('has the sections of a kind, in their order', () => {
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Example', 'Writing a spec', 'Working with it', 'Status']);
  });

  it('begins with an example of the kind, from a file', () => {
    const first = objectsIn(blocksIn(page)[0] ?? '');
    expect(first.map(object => object.kind)).toContain(kind);
    expect(objectsIn(readPage(file)).slice(0, first.length)).toEqual(first);
    expect(page).toContain(`kubectl apply -f ${file}\n`);
  });

  it('shows whole objects that are valid, without warnings', () => {
    expect(objects.filter(isOurs).length).toBeGreaterThan(1);
    expect(objects.filter(object => typeof object.kind !== 'string')).toEqual([]);
    expect(objects.filter(isOurs).flatMap(problemsOf)).toEqual([]);
    expect(objects.filter(isOurs).flatMap(object => validate(object).warnings)).toEqual([]);
  });
});

describe('examples', () => {
  it.each(examples)('is valid: %s', path => {
    const objects = objectsIn(readPage(path)).filter(isOurs);
    expect(objects).not.toEqual([]);
    expect(objects.flatMap(problemsOf)).toEqual([]);
  });
});
