import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readClientCAs } from '../../../../src/operator/webhooks/client-cas';
import { makeAuthority } from '../../../fixtures/certificates';

let folder: string;

beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'authorities-'))));

afterAll(() => rm(folder, { recursive: true }));

async function read(text: string): Promise<string> {
  const file = join(folder, 'ca.crt');
  await writeFile(file, text);
  return readClientCAs(file);
}

test('are what the file holds', async () => {
  const { cert } = await makeAuthority();
  expect(await read(`${cert}${cert}`)).toBe(`${cert}${cert}`);
});

test.each([
  ['an empty file', ''],
  ['no certificate', 'authority'],
  ['a damaged one', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
])('are not %s, which would let in others than was meant', async (_what, text) => {
  await expect(read(text)).rejects.toThrow(/^--webhook-client-ca-file: .*ca\.crt contains no certificates/);
});
