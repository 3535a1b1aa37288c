const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** The powers of ten of the decimal suffixes. */
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/**
 * A Kubernetes quantity as a number: `500m` is 0.5, `1Gi` is 1073741824.
 *
 * @returns undefined where it is no quantity
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(value: unknown): number | undefined {
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([eE][+-]?\d+)|([KMGTPE]i|[numkMGTPE])?)$/.exec(String(value));
  if (match === null) return undefined;
  const [, digits = '', exponent, suffix = ''] = match;
  if (exponent !== undefined) return Number(digits + exponent);
  const power = DECIMAL[suffix];
  // Read as one number rather than multiplied, so that 700m and 0.7 are the same to the last bit.
  return power === undefined ? Number(digits) * 1024 ** BINARY.indexOf(suffix) : Number(`${digits}e${power}`);
}
