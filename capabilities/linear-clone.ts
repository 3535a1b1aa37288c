import ramda from 'ramda';

/**
 * Pepr clones each object that it is asked about by ramda, whose `clone` takes time that grows with the square of the number of values in it: a spec of 300 KiB
 * takes half a minute, in which nothing else is admitted. What is cloned is JSON, which node clones in linear time.
 *
 * Has to be imported before the first request comes: docs/adr/0034-linear-clone-for-pepr.md.
 */
Object.assign(ramda, { clone: (value: unknown): unknown => structuredClone(value) });
