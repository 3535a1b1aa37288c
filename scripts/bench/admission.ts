import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { HttpClient } from '../../src/controller/http';
import { KubeClient } from '../../src/controller/kube-client';
import { figure, spread, type Figure } from './figure';
import { natsCluster } from './nats-clusters';
import { quantile } from './quantile';

const PER_SECOND = 50;
const REQUESTS = 1_000;
const TIMEOUT_MS = 10_000;
/** Before these a process that has just been started has not compiled what it runs. */
const WARM_UP = 100;
/** As an API server that keeps its connections: one for each request that waits would be a storm of handshakes. */
const CONNECTIONS = 8;

type Kind = 'mutating' | 'validating';

/** Where the API server calls one webhook. OpenSSL takes Pepr's certificate, whose names are empty, for one that has signed itself; who answers does not matter here. */
interface Webhook {
  readonly url: URL;
  readonly http: HttpClient;
}

/** How long the webhooks take to answer when NatsClusters are written at a steady pace, asked as the API server asks them, through their Service. */
export async function measureAdmission(): Promise<Figure[]> {
  const kube = new KubeClient();
  const [mutating, validating] = await Promise.all([findWebhook(kube, 'mutating'), findWebhook(kube, 'validating')]);
  const [mutations, validations, nothing] = await Promise.all([
    askSteadily(async index => review(mutating, `admitted-${index}`)),
    askSteadily(async index => review(validating, `admitted-${index}`)),
    askSteadily(async () => lookAlive(validating)),
  ]);
  const value = quantile([...mutations, ...validations], 0.99);
  const what = `admission: the webhooks' p99 with ${PER_SECOND} NatsClusters a second`;
  return [
    figure(
      what,
      { value, bound: 25, unit: ' ms' },
      { mutating: spread(mutations), validating: spread(validations), healthz: spread(nothing) },
    ),
  ];
}

interface Configuration {
  readonly webhooks?: readonly {
    readonly rules?: readonly { readonly resources?: readonly string[] }[];
    readonly clientConfig: {
      readonly service?: {
        readonly namespace: string;
        readonly name: string;
        readonly path?: string;
        readonly port?: number;
      };
    };
  }[];
}

async function findWebhook(kube: KubeClient, kind: Kind): Promise<Webhook> {
  const path = `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations`;
  const { items } = (await kube.get(path)) as { readonly items: readonly Configuration[] };
  const ours = items
    .flatMap(({ webhooks = [] }) => webhooks)
    .find(({ rules = [] }) => rules.some(({ resources = [] }) => resources.includes('natsclusters')));
  const service = ours?.clientConfig.service;
  if (service === undefined) throw new Error(`no ${kind} webhook of NatsClusters is there`);
  const url = new URL(`https://${service.name}.${service.namespace}.svc:${service.port ?? 443}${service.path ?? ''}`);
  return {
    url,
    http: new HttpClient({
      timeout: TIMEOUT_MS,
      connections: CONNECTIONS,
      connect: { rejectUnauthorized: false },
    }),
  };
}

/** At a steady pace, whether or not earlier requests were answered. Returns how long each took, in milliseconds. */
async function askSteadily(ask: (index: number) => Promise<void>): Promise<number[]> {
  const begin = performance.now();
  const times = await Promise.all(
    Array.from({ length: WARM_UP + REQUESTS }, async (_, index) => {
      await pause((index * 1000) / PER_SECOND - (performance.now() - begin));
      const start = performance.now();
      await ask(index);
      return performance.now() - start;
    }),
  );
  return times.slice(WARM_UP);
}

async function review({ url, http }: Webhook, name: string): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { body } = await http.send(url, { method: 'POST', headers, body: JSON.stringify(reviewOf(name)) });
  const { response } = body as { readonly response?: { readonly allowed?: boolean } };
  if (response?.allowed !== true) throw new Error(`${url.pathname} refuses ${name}: ${JSON.stringify(body)}`);
}

/** What the way there takes, and what others on this machine make of it. */
async function lookAlive({ url, http }: Webhook): Promise<void> {
  await http.send(new URL('/healthz', url), { method: 'GET' });
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request */
function reviewOf(name: string): object {
  const [group, version, namespace] = ['nats.io', 'v1alpha2', 'default'];
  return {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: randomUUID(),
      kind: { group, version, kind: 'NatsCluster' },
      resource: { group, version, resource: 'natsclusters' },
      ...{ name, namespace, operation: 'CREATE', dryRun: true, oldObject: null, options: {} },
      userInfo: { username: 'bench' },
      object: natsCluster(namespace, name),
    },
  };
}
