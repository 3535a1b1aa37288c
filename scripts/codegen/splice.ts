import { schemaLines } from './flow-yaml';
import type { Schema } from './schema';

const begin = /^(\s*)# begin Kubernetes (\S+)$/;
const end = /^\s*# end Kubernetes$/;

/**
 * The CRD's text with each block between `# begin Kubernetes NAME` and `# end Kubernetes` replaced by the schema that
 * `schemaOf` gives for NAME. What stands outside of the blocks is kept byte for byte.
 */
export function spliceKubernetesSchemas(text: string, schemaOf: (name: string) => Schema): string {
  const spliced: string[] = [];
  let open: string | undefined;
  for (const line of text.split('\n')) {
    if (open !== undefined && !end.test(line)) continue;
    spliced.push(line);
    open = undefined;
    const [, indent, name] = begin.exec(line) ?? [];
    if (indent === undefined || name === undefined) continue;
    open = name;
    spliced.push(...schemaLines(schemaOf(name), indent));
  }
  if (open !== undefined) throw new Error(`"# begin Kubernetes ${open}" has no "# end Kubernetes"`);
  return spliced.join('\n');
}
