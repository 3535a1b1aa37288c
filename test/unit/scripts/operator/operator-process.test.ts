import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../../../cluster/support/wait-for';
import type { ClusterAccess } from '../../../../scripts/operator/cluster-access';
import { startOperatorProcess } from '../../../../scripts/operator/operator-process';

const here: ClusterAccess = { invocation: (command, args) => ({ command, args, env: {} }) };

test('an operator outside a cluster releases its Lease before it ends, and its end is not reported', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  const [bundle, begun, released] = ['operator.cjs', 'begun', 'released'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const write = (file: string): string => `require('node:fs').writeFileSync(${JSON.stringify(file)}, '')`;
  const giveUp = `setTimeout(() => { ${write(released)}; process.exit(); }, 100)`;
  writeFileSync(bundle, `process.on('SIGUSR2', () => ${giveUp}); ${write(begun)}; setInterval(() => {}, 1000);`);
  try {
    const options = { bundle, tls: { certificate: '', key: '' }, apiPath: 'path' };
    const operator = startOperatorProcess(here, options);
    await waitFor(() => existsSync(begun), { what: 'it to run' });
    await operator.stop();
    expect(existsSync(released)).toBe(true);
    expect(await operator.ended).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
