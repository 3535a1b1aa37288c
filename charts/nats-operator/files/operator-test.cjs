// What `helm test` runs: each namespace has a leader, within a minute, and the webhook, where there is one, refuses what it should.
const { readFileSync } = require('node:fs');
const { request } = require('node:https');

const { POD_NAMESPACE, LEASE_NAMESPACES, WEBHOOK_CA } = process.env;
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const text = file => readFileSync(file, 'utf8');

function ask(url, options, body) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { timeout: 10_000, ...options }, response => {
      let answer = '';
      response.on('data', chunk => (answer += chunk));
      response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(answer)) : reject(new Error(answer))));
    });
    asked.on('timeout', () => asked.destroy(new Error(`${url} does not answer`)));
    asked.on('error', reject);
    asked.end(body);
  });
}

const WAIT_MS = 60_000;
const leases = 'apis/coordination.k8s.io/v1';

const get = path => {
  const headers = { authorization: `Bearer ${text(`${account}/token`)}` };
  return ask(`https://kubernetes.default.svc/${path}`, { ca: text(`${account}/ca.crt`), headers });
};

const isHeld = ({ spec }) =>
  Boolean(spec.holderIdentity) && Date.parse(spec.renewTime) + spec.leaseDurationSeconds * 1000 > Date.now();

/** A new operator may have to wait until the Lease of one that ended without giving it up has expired, or another of all namespaces has handed over. */
async function aLeaderIsThere(namespace) {
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const lease = await get(`${leases}/namespaces/${namespace}/leases/nats-operator`).catch(({ message }) => ({ message }));
    if (lease.spec && isHeld(lease)) return console.log(`${lease.spec.holderIdentity} is the leader in ${namespace}`);
    if (Date.now() > end) throw new Error(`no leader in ${namespace} for ${WAIT_MS / 1000} s: ${JSON.stringify(lease.spec ?? lease)}`);
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}

async function mistakesAreRefused() {
  const kind = { group: 'nats.io', version: 'v1alpha2', kind: 'NatsCluster' };
  const resource = { group: 'nats.io', version: 'v1alpha2', resource: 'natsclusters' };
  const metadata = { name: 'mistaken', namespace: POD_NAMESPACE };
  const spec = { size: 1, version: '2.15.2', natsConfig: { extra: { ping_intervall: '30s' } } };
  const object = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata, spec };
  const about = { uid: 'helm-test', kind, resource, operation: 'CREATE', userInfo: {}, ...metadata, dryRun: true };
  const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: { ...about, object, oldObject: null } };
  const url = `https://nats-operator-webhook.${POD_NAMESPACE}.svc/validate/nats-operator`;
  const options = { method: 'POST', ca: text(WEBHOOK_CA), headers: { 'content-type': 'application/json' } };
  const { response } = await ask(url, options, JSON.stringify(review));
  if (response.allowed) throw new Error('the webhook allows a spec with a mistake');
  console.log(`the webhook refuses a spec with a mistake: ${response.status?.message}`);
}

async function main() {
  for (const namespace of LEASE_NAMESPACES.split(',')) await aLeaderIsThere(namespace);
  if (WEBHOOK_CA) await mistakesAreRefused();
}

main().catch(error => {
  console.error(error.message);
  process.exitCode = 1;
});
