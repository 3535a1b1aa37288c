/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** Whether the value is a JSON object: neither a list nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
