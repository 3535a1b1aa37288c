import { parseFlags, usage, type Flags } from '../../../src/operator/flags';

const flags = (...words: string[]): Flags | undefined => parseFlags(words, 'here');

describe('the command line', () => {
  it('defaults to the namespace of the pod, without webhooks', () => {
    expect(flags()).toEqual({
      scope: ['here'],
      webhooks: false,
      controllers: true,
      certificateSecret: undefined,
      clientCAFile: undefined,
      imageRepository: '',
      logLevel: 'info',
      webhookPort: 3000,
      healthPort: 8080,
    });
  });

  test.each([['--feature-gates=ClusterScoped=true'], ['-feature-gates=ClusterScoped=true']])(
    'looks after all namespaces, with webhooks, by %s',
    word => {
      expect(flags(word)).toMatchObject({ scope: undefined, webhooks: true });
    },
  );

  it('uses the last value of a repeated feature gate', () => {
    expect(flags('--feature-gates', 'ClusterScoped=true,ClusterScoped=false')).toMatchObject({ scope: ['here'] });
  });

  it('manages the listed namespaces', () => {
    expect(flags('--namespaces', 'a,b', '--webhooks=true')).toMatchObject({ scope: ['a', 'b'], webhooks: true });
  });

  it('accepts a provided certificate, a log level and ports', () => {
    const given = [
      '--webhook-certificate-secret=mine',
      '--webhook-client-ca-file=/ca.crt',
      '--image-repository=r/o',
      '--log-level=debug',
      '--webhook-port=1',
      '--health-port=2',
    ];
    expect(flags(...given)).toMatchObject({
      certificateSecret: 'mine',
      clientCAFile: '/ca.crt',
      imageRepository: 'r/o',
      logLevel: 'debug',
      webhookPort: 1,
      healthPort: 2,
    });
  });

  test.each([
    [['--watch=a'], 'unknown flag: --watch'],
    [['--feature-gates=Magic=true'], '--feature-gates: unknown feature gate Magic, must be ClusterScoped'],
    [['--feature-gates=ClusterScoped'], '--feature-gates=ClusterScoped must be true or false, got ""'],
    [['--namespaces=a,B'], '--namespaces: "B" is not a valid namespace name'],
    [['--namespaces=a', '--feature-gates=ClusterScoped=true'], 'are mutually exclusive'],
    [['--webhooks=yes'], '--webhooks must be true or false, got "yes"'],
    [['--controllers=false'], '--controllers=false requires --webhooks=true'],
    [['--log-level=loud'], '--log-level must be one of debug, info, warn, error, got "loud"'],
    [['--health-port=http'], '--health-port must be a port number, got "http"'],
    [['stray'], "Unexpected argument 'stray'"],
  ])('%j is refused: %s', (words, message) => {
    expect(() => flags(...words)).toThrow(message);
  });

  it('requires namespaces if that of the pod is unknown', () => {
    expect(() => parseFlags([], undefined)).toThrow('set POD_NAMESPACE, --namespaces');
  });

  it('shows usage with every flag', () => {
    expect(flags('--help')).toBeUndefined();
    const shown = [...usage.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
    expect(shown).toEqual([
      'feature-gates',
      'namespaces',
      'webhooks',
      'controllers',
      'webhook-certificate-secret',
      'webhook-client-ca-file',
      'image-repository',
      'log-level',
      'webhook-port',
      'health-port',
      'help',
    ]);
  });
});
