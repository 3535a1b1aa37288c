import { expectNoSecretsLeaked } from './expect-no-secrets-leaked';
import { kubectl } from './kubectl';
import { OperatorProcess } from './operator-process';
import { SecretCollector } from './secret-collector';
import { atEnd, TearDown } from './tear-down';
import { testNamespace, type TestNamespace } from './test-namespace';

/** What a file of tests works with: an operator that runs, and namespaces of its own, the only ones that this operator looks after. */
export interface TestEnvironment {
  readonly operator: OperatorProcess;
  readonly namespace: string;
  /** One of the further namespaces, by the purpose that it was asked for with. */
  readonly other: (purpose: string) => TestNamespace;
  /** kubectl in the first namespace. */
  readonly kubectl: (...args: string[]) => Promise<string>;
  /**
   * Removes the namespaces and all in them, then ends the operator: at the file's end, unless it was called before. Fails where a secret of theirs can be
   * read where it must not be: in the operator's log, an Event, a status, or the arguments of a process.
   */
  readonly end: () => Promise<void>;
}

/** Makes the namespaces and starts the operator. */
export async function setupTestEnvironment(
  purpose: string,
  otherPurposes: readonly string[] = [],
): Promise<TestEnvironment> {
  const environment = await prepareTestEnvironment(purpose, otherPurposes);
  environment.operator.start();
  return environment;
}

/** A scene whose operator does not run yet. */
export async function prepareTestEnvironment(
  purpose: string,
  otherPurposes: readonly string[] = [],
): Promise<TestEnvironment> {
  const namespace = await testNamespace(purpose);
  const others = new Map(
    await Promise.all(otherPurposes.map(async other => [other, await testNamespace(other)] as const)),
  );
  const all = [namespace, ...others.values()];
  const names = all.map(({ name }) => name);
  const operator = await OperatorProcess.prepare(namespace.name, names);
  const seen = new SecretCollector(names);
  const tearDown = new TearDown();
  // The latest first: the operator has a part in the removal.
  tearDown.add(async () => operator.remove());
  tearDown.add(async () => Promise.all(all.map(async each => each.remove())));
  tearDown.add(async () => expectNoSecretsLeaked(await seen.all(), names, operator.log()));
  return {
    operator,
    namespace: namespace.name,
    other: asked => {
      const found = others.get(asked);
      if (found === undefined) throw new Error(`no namespace was made for ${asked}`);
      return found;
    },
    kubectl: async (...args) => kubectl([...args, '-n', namespace.name]),
    end: atEnd(async () => tearDown.run()),
  };
}
