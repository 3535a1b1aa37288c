/** Takes secrets out of a text that others have written, before people read it. */
export type Redaction = (text: string) => string;

/** What stands in the place of a secret. */
const REDACTED = '***';

/** What is a secret by its form alone, whoever's it is. What comes before it in a pattern's first group stays. */
const FORMS: readonly RegExp[] = [
  // The login of a URL.
  /\b([a-z][a-z0-9+.-]{0,31}:\/\/)[^\s/@"']*(?=@)/gi,
  // A token or JWT: its header begins with {" in base64.
  /\beyJ[\w-]{8,}(?:\.[\w-]*)*/g,
  // The private half of an nkey. @see https://pkg.go.dev/github.com/nats-io/nkeys
  /\bS[ACNOUX][A-Z2-7]{56}\b/g,
  // A bcrypt hash.
  /\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // A field that says what it is, in JSON, NATS' own syntax or a command line.
  /((?<![a-z])(?:pass|password|passwd|token)["']?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;}\]]+)/gi,
];

/** A shorter secret is looked for as a whole word alone, or hardly a word would be left of the text. */
const SHORT = 6;

/** So many characters of a text are looked at; a message of a server or of Kubernetes is shorter. */
const LONGEST_TEXT = 16_384;

/** So many of them are left. What follows them may begin a secret that was cut in two. */
const LONGEST_REST = 4_096;

/**
 * @param known secrets as they are; each is also found as it stands in JSON or in a URL
 */
export function redaction(known: Iterable<string>): Redaction {
  const spellings = [...new Set([...known].flatMap(spell))].sort((a, b) => b.length - a.length);
  return text => {
    const start = text.slice(0, LONGEST_TEXT);
    const without = spellings.reduce(
      (rest, secret) => (rest.includes(secret) ? rest.replace(wherever(secret), REDACTED) : rest),
      start,
    );
    return redactPatterns(without);
  };
}

/** Takes out what is a secret by its form, where nobody knows which there may be; of a long text the start is left. */
export const redactPatterns: Redaction = text =>
  FORMS.reduce(
    (rest, form) => rest.replace(form, (_match, kept: unknown) => `${asText(kept)}${REDACTED}`),
    text.slice(0, LONGEST_TEXT),
  ).slice(0, LONGEST_REST);

/** Of a pattern without groups the second argument is the match's place. */
const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

function spell(secret: string): string[] {
  const text = secret.trim();
  if (text === '') return [];
  return [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)];
}

function wherever(secret: string): RegExp {
  const escaped = secret.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return new RegExp(secret.length < SHORT ? `(?<!\\w)${escaped}(?!\\w)` : escaped, 'g');
}
