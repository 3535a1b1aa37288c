import { expectUntold } from './hygiene';
import { kubectl } from './kubectl';
import { OperatorProcess } from './operator-process';
import { SeenSecrets } from './seen-secrets';
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
   * Removes the namespaces and all in them, then ends the operator. Fails where a secret of theirs can be read where it must not be: in the operator's
   * log, an Event, a status, or the arguments of a process.
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
  const seen = new SeenSecrets(names);
  const operator = await OperatorProcess.prepare(namespace.name, names);
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
      // Each step is taken whatever becomes of the others.
      const steps = [
        async () => expectUntold(await seen.all(), names, operator.log()),
        async () => Promise.all(all.map(async each => each.remove())),
        async () => operator.remove(),
      ];
      const errors: unknown[] = [];
      for (const step of steps) await step().catch((error: unknown) => errors.push(error));
      if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('\n'));
    },
  };
}
