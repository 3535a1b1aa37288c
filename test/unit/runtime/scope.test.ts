import { collectionPaths, exemptNamespaces, parseScope } from '../../../src/runtime/scope';

describe('the namespaces of an operator', () => {
  it.each([undefined, '', ' ', ','])('are all, where WATCH_NAMESPACE is %j', text => {
    expect(parseScope(text)).toBeUndefined();
  });

  it('are those that it names, each once', () => {
    expect(parseScope('shop, nats-io,shop,')).toEqual(['shop', 'nats-io']);
  });

  it.each(['Shop', 'a/b', '-a', 'a'.repeat(64), '*'])('can not be %s, which is no name of one', name => {
    expect(() => parseScope(`shop,${name}`)).toThrow(`WATCH_NAMESPACE: "${name}" is not a valid namespace name`);
  });

  it('are read one by one, and all of them at once where nothing else is said', () => {
    expect(collectionPaths(['a', 'b'], '/api/v1', 'secrets')).toEqual([
      '/api/v1/namespaces/a/secrets',
      '/api/v1/namespaces/b/secrets',
    ]);
    expect(collectionPaths(undefined, '/apis/nats.io/v1alpha2', 'natsserviceroles')).toEqual([
      '/apis/nats.io/v1alpha2/natsserviceroles',
    ]);
  });
});

test("the webhooks of all namespaces leave out the operator's own and Kubernetes'; without webhooks none is left out", () => {
  expect(exemptNamespaces(undefined, 'nats-io')).toEqual(['kube-system', 'nats-io']);
  expect(exemptNamespaces(['shop'], 'shop')).toEqual([]);
});
