import ramda from 'ramda';

/**
 * Pepr clones each object under review with ramda's `clone`, whose time is quadratic in the number of values: a spec of
 * 300 KiB takes half a minute, during which nothing else is admitted. The objects are JSON, which structuredClone
 * copies in linear time.
 *
 * Must be imported before the first request: docs/adr/0020-linear-clone-for-pepr.md.
 */
Object.assign(ramda, { clone: (value: unknown): unknown => structuredClone(value) });
