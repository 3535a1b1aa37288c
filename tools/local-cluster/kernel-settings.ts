import { readFileSync, writeFileSync } from 'node:fs';

/** What a kubelet sets for the whole machine when it starts (setupKernelTunables in pkg/kubelet/cm/container_manager_linux.go). */
const settings = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
].map(name => `/proc/sys/${name}`);

/** Does the work in which kubelets start, and gives the machine its own settings back. */
export async function keepingKernelSettings(work: () => Promise<void>): Promise<void> {
  const before = settings.map(file => readFileSync(file, 'utf8'));
  try {
    await work();
  } finally {
    settings.forEach((file, index) => restore(file, before[index] ?? ''));
  }
}

function restore(file: string, value: string): void {
  if (readFileSync(file, 'utf8') !== value) writeFileSync(file, value);
}
