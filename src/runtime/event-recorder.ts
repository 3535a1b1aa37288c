import { digest } from '../json/digest';
import { splitKey } from './object-key';
import { coreEvent, EventNames, timestamp, type EventContent, type EventSubject } from './core-event';
import type { KubeClient } from './kube-client';
import { eventPath, eventsPath } from './api-paths';

/** Milliseconds since its last occurrence within which an Event that repeats raises the count of the first. */
const REPEAT_WINDOW_MS = 600_000;

/** Events that are remembered; beyond that, the oldest is forgotten. */
const MAX_REMEMBERED = 1_000;

interface RecordedEvent {
  readonly name: string;
  readonly count: number;
  readonly at: number;
}

/** Records Events about objects of one kind, as `kubectl describe` shows them. */
export class EventRecorder {
  readonly #names = new EventNames();
  /** By the digest of what an Event says, the oldest first. */
  readonly #recorded = new Map<string, RecordedEvent>();

  constructor(
    private readonly kube: KubeClient,
    private readonly kind: Pick<EventSubject, 'apiVersion' | 'kind'>,
    private readonly onError: (key: string, error: unknown) => void,
  ) {}

  /** Never rejects: a failure is passed to `onError`. */
  async record(key: string, uid: string, event: EventContent): Promise<void> {
    try {
      await this.#write(key, uid, event);
    } catch (error) {
      this.onError(key, error);
    }
  }

  async #write(key: string, uid: string, event: EventContent): Promise<void> {
    const { namespace, name } = splitKey(key);
    const id = digest([key, uid, event.reason, event.message]);
    const before = this.#recorded.get(id);
    if (before !== undefined && performance.now() - before.at < REPEAT_WINDOW_MS) {
      const count = before.count + 1;
      const patch = { count, lastTimestamp: timestamp() };
      // The API server removes Events after a while.
      const patched = await this.kube.merge(eventPath(namespace, before.name), patch);
      if (patched !== undefined) {
        this.#remember(id, before.name, count);
        return;
      }
    }
    const subject = { ...this.kind, namespace, name, uid };
    const metadata = { name: this.#names.next(name), namespace };
    await this.kube.create(eventsPath(namespace), coreEvent(subject, event, metadata, 'nats-operator'));
    this.#remember(id, metadata.name, 1);
  }

  #remember(id: string, name: string, count: number): void {
    this.#recorded.delete(id);
    this.#recorded.set(id, { name, count, at: performance.now() });
    const [oldest] = this.#recorded.keys();
    if (oldest !== undefined && this.#recorded.size > MAX_REMEMBERED) this.#recorded.delete(oldest);
  }
}
