/** The tiers, from fast to real; `check` is what needs no running. */
export const tiers = ['check', 'unit', 'golden', 'nats', 'api', 'cluster'] as const;

export type Tier = (typeof tiers)[number];

/**
 * The tiers of `--tier unit,api`, in their own order. Without it: those of the test files that are named, or else all. Throws on a tier that
 * does not exist.
 */
export function selectTiers(wanted: string | undefined, files: readonly string[]): Tier[] {
  const names = wanted === undefined ? tiersOf(files) : wanted.split(',').map(name => name.trim());
  const unknown = names.filter(name => !tiers.some(tier => tier === name));
  if (unknown.length > 0) throw new Error(`there is no tier ${unknown.join(', ')}; there are ${tiers.join(', ')}`);
  return tiers.filter(tier => names.length === 0 || names.includes(tier));
}

function tiersOf(files: readonly string[]): string[] {
  return files.map(file => /(?:^|\/)test\/([^/]+)/.exec(file)?.[1] ?? file);
}
