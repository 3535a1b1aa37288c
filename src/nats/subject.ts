/**
 * Validates a NATS subject, which may contain wildcards. Returns a problem message, or undefined if it is valid.
 *
 * @see https://docs.nats.io/nats-concepts/subjects, and IsValidSubject in nats-server's server/sublist.go
 */
export function subjectProblem(subject: string): string | undefined {
  if (subject === '') return 'must not be empty';
  if (/\s/.test(subject)) return `must not contain whitespace, got "${subject}"`;
  const tokens = subject.split('.');
  if (tokens.includes('')) return `has an empty token: "${subject}"`;
  if (tokens.slice(0, -1).includes('>')) return `has ">" before the last token: "${subject}"`;
  return undefined;
}

/**
 * Like {@link subjectProblem}, for subscriptions: the subject may be followed by a queue group, as in `orders.*
 * workers`.
 */
export function subscriptionProblem(text: string): string | undefined {
  const [subject = '', queue = '', ...more] = text.split(/[ \t]+/);
  if (more.length > 0) return `must be a subject and an optional queue group, got "${text}"`;
  return subjectProblem(subject) ?? (text.includes(' ') ? subjectProblem(queue) : undefined);
}
