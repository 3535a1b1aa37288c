const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Powers of ten by decimal suffix. */
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** A quantity in whole bytes; 0 for none, and for what is no quantity. */
export const wholeBytes = (quantity: string | undefined): number => Math.floor(parseQuantity(quantity ?? '0') ?? 0);

/**
 * Parses a Kubernetes quantity: `500m` is 0.5, `1Gi` is 1073741824.
 *
 * @returns undefined if the value is not a quantity
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(value: unknown): number | undefined {
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([eE][+-]?\d+)|([KMGTPE]i|[numkMGTPE])?)$/.exec(String(value));
  if (match === null) return undefined;
  const [, digits = '', exponent, suffix = ''] = match;
  if (exponent !== undefined) return Number(digits + exponent);
  const power = DECIMAL[suffix];
  // Parsed as one literal instead of multiplied, so that 700m and 0.7 give the same double.
  return power === undefined ? Number(digits) * 1024 ** BINARY.indexOf(suffix) : Number(`${digits}e${power}`);
}
