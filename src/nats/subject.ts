/**
 * What is wrong with a subject of NATS, wildcards allowed; undefined where nothing is.
 *
 * @see https://docs.nats.io/nats-concepts/subjects, and IsValidSubject in nats-server's server/sublist.go
 */
export function subjectProblem(subject: string): string | undefined {
  if (subject === '') return 'must not be empty';
  if (/\s/.test(subject)) return `must not contain spaces, got "${subject}"`;
  const tokens = subject.split('.');
  if (tokens.includes('')) return `has an empty part between dots: "${subject}"`;
  if (tokens.slice(0, -1).includes('>')) return `has ">" before its end: "${subject}"`;
  return undefined;
}

/** As {@link subjectProblem}, for what may be subscribed to: a queue group may follow the subject, as in `orders.* workers`. */
export function subscriptionProblem(text: string): string | undefined {
  const [subject = '', queue = '', ...more] = text.split(/[ \t]+/);
  if (more.length > 0) return `has more than a subject and a queue group: "${text}"`;
  return subjectProblem(subject) ?? (text.includes(' ') ? subjectProblem(queue) : undefined);
}
