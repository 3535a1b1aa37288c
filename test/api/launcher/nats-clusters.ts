import { Repetition } from '../../cluster/support/repetition';
import { waitFor } from '../../cluster/support/wait-for';
import { kubectl, tryKubectl } from '../kubectl';

/** Applies a NatsCluster of one server, with a name that is given to it as a tag: each other one is another write for its operator. */
export async function applyCluster(name: string, namespace: string, serverTag = 'a'): Promise<void> {
  const spec = { size: 1, version: '2.10.29', natsConfig: { extra: { server_tags: [serverTag] } } };
  const cluster = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata: { name, namespace }, spec };
  await kubectl(['apply', '-f', '-'], JSON.stringify(cluster));
}

export async function waitForChildren(name: string, namespace: string, deadline?: number): Promise<void> {
  const get = ['get', `statefulset/${name}`, `service/${name}`, `secret/${name}`, '-n', namespace, '-o', 'name'];
  const what = `the children of ${name} in ${namespace}`;
  await waitFor(async () => (await tryKubectl(get)).code === 0, {
    what,
    ...(deadline === undefined ? {} : { deadline }),
  });
}

/** Makes one NatsCluster after the other, so that whoever is in charge of them writes all the time. */
export class SteadyChanges {
  readonly #changes: Repetition;

  constructor(namespace: string) {
    this.#changes = new Repetition(async count => {
      await applyCluster('changing', namespace, `tag-${count}`);
    }, 100);
  }

  async end(): Promise<void> {
    await this.#changes.stop();
  }
}
