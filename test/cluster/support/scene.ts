import { expectUntold } from './hygiene';
import { kubectl } from './kubectl';
import { OperatorProcess } from './operator-process';
import { SeenSecrets } from './seen-secrets';
import { atEnd, TearDown } from './tear-down';
import { testNamespace, type TestNamespace } from './test-namespace';

/** What a file of tests works with: an operator that runs, and namespaces of its own, the only ones that this operator looks after. */
export interface Scene {
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
export async function openScene(purpose: string, otherPurposes: readonly string[] = []): Promise<Scene> {
  const scene = await prepareScene(purpose, otherPurposes);
  scene.operator.start();
  return scene;
}

/** A scene whose operator does not run yet. */
export async function prepareScene(purpose: string, otherPurposes: readonly string[] = []): Promise<Scene> {
  const namespace = await testNamespace(purpose);
  const others = new Map(
    await Promise.all(otherPurposes.map(async other => [other, await testNamespace(other)] as const)),
  );
  const all = [namespace, ...others.values()];
  const names = all.map(({ name }) => name);
  const operator = await OperatorProcess.prepare(namespace.name, names);
  const seen = new SeenSecrets(names);
  const tearDown = new TearDown();
  // The latest first: the operator has a part in the removal.
  tearDown.add(async () => operator.remove());
  tearDown.add(async () => Promise.all(all.map(async each => each.remove())));
  tearDown.add(async () => expectUntold(await seen.all(), names, operator.log()));
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
