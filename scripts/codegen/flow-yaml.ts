import type { Schema } from './schema';

const blockAbove = 1200;
const plainWord = /^[A-Za-z][A-Za-z0-9._-]*$/;
const notStrings = /^(true|false|null|yes|no|on|off|y|n)$/i;

/**
 * The schema's keywords as lines of YAML: short ones in flow style on one line, long maps of properties one property a
 * line, so that the file stays small and a change in Kubernetes' API still shows as a readable diff.
 */
export function schemaLines(schema: Schema, indent: string): string[] {
  return Object.entries(schema).flatMap(([key, value]) => keyLines(key, value, indent));
}

function keyLines(key: string, value: unknown, indent: string): string[] {
  const line = `${indent}${flow(key)}: ${flow(value)}`;
  if (line.length <= blockAbove || !isMap(value)) return [line];
  return [
    `${indent}${key}:`,
    ...Object.entries(value).flatMap(([name, child]) => keyLines(name, child, `${indent}  `)),
  ];
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (isMap(value))
    return `{${Object.entries(value)
      .map(([key, child]) => `${flow(key)}: ${flow(child)}`)
      .join(', ')}}`;
  if (typeof value === 'string' && plainWord.test(value) && !notStrings.test(value)) return value;
  return JSON.stringify(value);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
