import { kubectl } from './kubectl';
import { OperatorProcess } from './operator-process';
import { testNamespace } from './test-namespace';

/** What a file of tests works with: an operator that runs, and a namespace of its own. */
export interface Scene {
  readonly operator: OperatorProcess;
  readonly namespace: string;
  /** kubectl in that namespace. */
  readonly kubectl: (...args: string[]) => Promise<string>;
  /** Removes the namespace and all in it, then ends the operator. */
  readonly end: () => Promise<void>;
}

/** Starts the operator and makes the namespace. */
export async function openScene(purpose: string): Promise<Scene> {
  const operator = await OperatorProcess.prepare();
  const namespace = await testNamespace(purpose);
  operator.start();
  return {
    operator,
    namespace: namespace.name,
    kubectl: async (...args) => kubectl([...args, '-n', namespace.name]),
    end: async () => {
      await namespace.remove();
      await operator.kill();
    },
  };
}
