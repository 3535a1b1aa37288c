/** Removes secrets from untrusted text before it is shown. */
export type Redaction = (text: string) => string;

const REDACTED = '***';

/** Patterns that identify a secret by its form alone. The first group of a pattern is kept. */
const SECRET_PATTERNS: readonly RegExp[] = [
  // Credentials in a URL.
  /\b([a-z][a-z0-9+.-]{0,31}:\/\/)[^\s/@"']*(?=@)/gi,
  // A JWT: the base64 of its header begins with {".
  /\beyJ[\w-]{8,}(?:\.[\w-]*)*/g,
  // An nkey seed. @see https://pkg.go.dev/github.com/nats-io/nkeys
  /\bS[ACNOUX][A-Z2-7]{56}\b/g,
  // A bcrypt hash.
  /\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // A field named after a secret, in JSON, nats.conf syntax or a command line.
  /((?<![a-z])(?:pass|password|passwd|token)["']?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;}\]]+)/gi,
];

/** Shorter secrets are replaced only as whole words; otherwise hardly any text would remain readable. */
const WHOLE_WORD_LENGTH = 6;

/** Maximum number of characters read; messages of servers and of Kubernetes are shorter. */
const MAX_INPUT_LENGTH = 16_384;

/** Maximum number of characters returned. What follows may begin with a secret that was cut in two. */
const MAX_OUTPUT_LENGTH = 4_096;

/** @param known secrets in plain text; their JSON-escaped and URL-encoded forms are redacted as well */
export function redaction(known: Iterable<string>): Redaction {
  const spellings = [...new Set([...known].flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
  return text => {
    const start = text.slice(0, MAX_INPUT_LENGTH);
    const without = spellings.reduce(
      (rest, secret) => (rest.includes(secret) ? rest.replace(patternFor(secret), REDACTED) : rest),
      start,
    );
    return redactPatterns(without);
  };
}

/** Redacts secrets by their form, where the values are unknown; long text is truncated. */
export const redactPatterns: Redaction = text =>
  SECRET_PATTERNS.reduce(
    (rest, pattern) => rest.replace(pattern, (_match, kept: unknown) => `${asText(kept)}${REDACTED}`),
    text.slice(0, MAX_INPUT_LENGTH),
  ).slice(0, MAX_OUTPUT_LENGTH);

/** For a pattern without groups, the second argument of the replacer is the offset of the match. */
const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

function spellingsOf(secret: string): string[] {
  const text = secret.trim();
  if (text === '') return [];
  return [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)];
}

function patternFor(secret: string): RegExp {
  const escaped = secret.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return new RegExp(secret.length < WHOLE_WORD_LENGTH ? `(?<!\\w)${escaped}(?!\\w)` : escaped, 'g');
}
