import { randomInt } from 'node:crypto';
import { NOTE_BYTES, truncate } from '../text/truncate';

/** What an Event is about. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface EventContent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** The component that `kubectl describe` shows as the origin of an Event. */
const COMPONENT = 'nats-operator';

/**
 * An Event of the core API. `kubectl describe` sorts by `lastTimestamp`, which the API server accepts in this API only: events.k8s.io/v1 rejects it, and
 * the count with it.
 */
export function coreEvent(
  subject: EventSubject,
  { type, reason, message }: EventContent,
  metadata: { readonly name: string; readonly namespace: string },
  instance: string,
): object {
  const now = timestamp();
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata,
    involvedObject: subject,
    type,
    reason,
    message: truncate(message, NOTE_BYTES),
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    source: { component: COMPONENT },
    reportingComponent: 'nats.io/nats-operator',
    reportingInstance: instance,
  };
}

/** The current time as an Event of the core API has it. */
export const timestamp = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

/** Characters of an Event's name that come from its subject: 253 in all, less a dot and 16 digits of the time. */
const MAX_SUBJECT = 236;

/**
 * Names Events as client-go does, by their subject and the nanoseconds. The times of an Event are whole seconds, and the API server lists by name: so Events of
 * one second are in their order. What a clock of milliseconds lacks is random, so that two replicas choose different names.
 */
export class EventNames {
  #latest = 0n;

  next(subject: string): string {
    const now = BigInt(Date.now()) * 1_000_000n + BigInt(randomInt(1_000_000));
    this.#latest = now > this.#latest ? now : this.#latest + 1n;
    return `${subject.slice(0, MAX_SUBJECT).replace(/[^a-z0-9]$/, 'x')}.${this.#latest.toString(16)}`;
  }
}
