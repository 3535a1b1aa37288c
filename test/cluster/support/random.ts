/** Numbers from 0 up to 1, the same ones for the same seed. */
export type Random = () => number;

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator with the constants of Numerical Recipes */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
