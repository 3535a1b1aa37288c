import { kubectl } from './kubectl';
import { OperatorProcess } from './operator-process';
import { testNamespace, type TestNamespace } from './test-namespace';

/** What a file of tests works with: an operator that runs, and namespaces of its own, the only ones that this operator looks after. */
export interface Scene {
  readonly operator: OperatorProcess;
  readonly namespace: string;
  /** One of the further namespaces, by the purpose that it was asked for with. */
  readonly other: (purpose: string) => TestNamespace;
  /** kubectl in the first namespace. */
  readonly kubectl: (...args: string[]) => Promise<string>;
  /** Removes the namespaces and all in them, then ends the operator. */
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
  const operator = await OperatorProcess.prepare(
    namespace.name,
    all.map(({ name }) => name),
  );
  return {
    operator,
    namespace: namespace.name,
    other: asked => {
      const found = others.get(asked);
      if (found === undefined) throw new Error(`no namespace was made for ${asked}`);
      return found;
    },
    kubectl: async (...args) => kubectl([...args, '-n', namespace.name]),
    end: async () => {
      await Promise.all(all.map(async each => each.remove()));
      await operator.remove();
    },
  };
}
