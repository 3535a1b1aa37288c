import { stringify } from 'yaml';

/** As people write it: no line is folded, and what stands twice is written twice. */
export function toYaml(object: object): string {
  return stringify(object, { lineWidth: 0, aliasDuplicateObjects: false });
}
