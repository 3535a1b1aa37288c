import { closest } from '../../text/closest';
import { isJsonObject, type JsonObject } from '../../json/json-object';
import { findJsonError } from '../../json/json-error';
import { keyPlace, type SecretProblems } from './secret-problems';

/** The value of a key as a JSON object; undefined where it is none, which is then among the findings. */
export function readJsonObject(text: string, key: string, findings: SecretProblems): JsonObject | undefined {
  const reason = findJsonError(text);
  if (reason !== undefined) {
    const where = `line ${reason.line}, column ${reason.column}`;
    const message = reason.isEnd ? `is not JSON: unexpected end at ${where}` : `is not JSON at ${where}`;
    findings.add('Invalid', keyPlace(key), message);
    return undefined;
  }
  const value: unknown = JSON.parse(text);
  if (isJsonObject(value)) return value;
  findings.add('Invalid', keyPlace(key), 'is not a JSON object');
  return undefined;
}

/** Finds unknown fields: a mistyped `permissions` would otherwise allow everything. */
export function reportUnknown(
  object: JsonObject,
  known: readonly string[],
  place: string,
  findings: SecretProblems,
): void {
  for (const field of Object.keys(object).filter(name => !known.includes(name))) {
    const suggestion = closest(field, known);
    const hint = suggestion === undefined ? `allowed are ${known.join(', ')}` : `did you mean ${suggestion}?`;
    findings.add('Invalid', place, `has an unknown field "${field.slice(0, 60)}"`, hint);
  }
}
