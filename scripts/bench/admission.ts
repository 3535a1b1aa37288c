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

type Kind = 'mutating' | 'validating';

/** Where the API server calls one webhook. */
interface Webhook {
  readonly url: URL;
  readonly http: HttpClient;
}

/** How long the webhooks take to answer when NatsClusters are written at a steady pace, asked as the API server asks them, through their Service. */
export async function measureAdmission(): Promise<Figure[]> {
  const kube = new KubeClient();
  const [mutating, validating] = await Promise.all([findWebhook(kube, 'mutating'), findWebhook(kube, 'validating')]);
  const [mutations, validations] = await Promise.all([askSteadily(mutating), askSteadily(validating)]);
  const value = quantile([...mutations, ...validations], 0.99);
  const what = `admission: the webhooks' p99 with ${PER_SECOND} NatsClusters a second`;
  return [
    figure(what, { value, bound: 25, unit: ' ms' }, { mutating: spread(mutations), validating: spread(validations) }),
  ];
}

interface Configuration {
  readonly webhooks?: readonly {
    readonly rules?: readonly { readonly resources?: readonly string[] }[];
    readonly clientConfig: {
      readonly caBundle?: string;
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
  const { service, caBundle = '' } = ours?.clientConfig ?? {};
  if (service === undefined) throw new Error(`no ${kind} webhook of NatsClusters is there`);
  const url = new URL(`https://${service.name}.${service.namespace}.svc:${service.port ?? 443}${service.path ?? ''}`);
  return { url, http: new HttpClient({ timeout: TIMEOUT_MS, connect: { ca: Buffer.from(caBundle, 'base64') } }) };
}

/** At a steady pace, whether or not earlier requests were answered. Returns how long each took, in milliseconds. */
async function askSteadily(webhook: Webhook): Promise<number[]> {
  const start = performance.now();
  const answers: Promise<number>[] = [];
  for (let count = 0; count < REQUESTS; count += 1) {
    await pause(Math.max(start + (count * 1000) / PER_SECOND - performance.now(), 0));
    answers.push(ask(webhook, `admitted-${count}`));
  }
  return Promise.all(answers);
}

async function ask({ url, http }: Webhook, name: string): Promise<number> {
  const body = JSON.stringify(review(name));
  const start = performance.now();
  const answer = await http.send(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const time = performance.now() - start;
  const { response } = answer.body as { readonly response?: { readonly allowed?: boolean } };
  if (response?.allowed !== true) throw new Error(`${url.pathname} refuses ${name}: ${JSON.stringify(answer.body)}`);
  return time;
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#request */
function review(name: string): object {
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
