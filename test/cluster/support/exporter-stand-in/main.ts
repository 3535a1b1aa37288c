import { readFileSync } from 'node:fs';
import { createServer, get as getByHttp } from 'node:http';
import { get as getByHttps } from 'node:https';
import { json } from 'node:stream/consumers';

/**
 * Not the exporter, but what a test needs of it: it refuses every argument that it would not be given, asks the monitor of the server for what the
 * arguments say, and serves all numbers in it as metrics on port 7777. Like a program in Go it trusts SSL_CERT_FILE.
 *
 * @see https://github.com/nats-io/prometheus-nats-exporter#usage
 */
const PORT = 7777;
/** By flag, the endpoint of the monitor. */
const ENDPOINTS = new Map([
  ['-connz', 'connz'],
  ['-routez', 'routez'],
  ['-subz', 'subsz'],
  ['-varz', 'varz'],
  ['-jsz=streams', 'jsz?accounts=true&streams=true'],
]);

function main(words: readonly string[]): void {
  const [url, ...others] = words.filter(word => !word.startsWith('-'));
  const endpoints = words.filter(word => word.startsWith('-')).map(endpointOf);
  if (url === undefined || others.length > 0) throw new Error(`one monitor URL is needed, got: ${words.join(' ')}`);
  createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    metrics(url, endpoints).then(
      text => response.end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(PORT);
}

function endpointOf(flag: string): string {
  const endpoint = ENDPOINTS.get(flag);
  if (endpoint === undefined) throw new Error(`flag provided but not defined: ${flag}`);
  return endpoint;
}

async function metrics(url: string, endpoints: readonly string[]): Promise<string> {
  const answers = await Promise.all(endpoints.map(async endpoint => ask(endpoint, url)));
  return answers.flat().join('');
}

/** Every number in an answer of the monitor, as a line. */
async function ask(endpoint: string, url: string): Promise<string[]> {
  const answer = await read(`${url}/${endpoint}`);
  const [page = ''] = endpoint.split('?');
  return Object.entries(answer).flatMap(([key, value]) =>
    typeof value === 'number' ? [`gnatsd_${page}_${key}{server_id="${url}"} ${value}\n`] : [],
  );
}

async function read(url: string): Promise<Record<string, unknown>> {
  const authorities = process.env.SSL_CERT_FILE;
  const trust = authorities === undefined ? {} : { ca: readFileSync(authorities) };
  return new Promise((resolve, reject) => {
    const sent = url.startsWith('https:') ? getByHttps(url, trust) : getByHttp(url);
    sent.on('error', reject);
    sent.on('response', response => {
      json(response).then(value => resolve(value as Record<string, unknown>), reject);
    });
  });
}

main(process.argv.slice(2));
