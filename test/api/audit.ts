import { open, stat } from 'node:fs/promises';

/** A request that the API server has answered. */
export interface Answered {
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly requestReceivedTimestamp: string;
  readonly responseStatus?: { readonly code: number };
  readonly objectRef?: { readonly resource: string; readonly namespace?: string; readonly name?: string };
  readonly sourceIPs?: readonly string[];
  readonly userAgent?: string;
}

/** What the tier's API server has answered from a moment on. */
export class Audit {
  private constructor(
    private readonly path: string,
    private readonly offset: number,
  ) {}

  static async fromNow(): Promise<Audit> {
    const path = process.env.API_TEST_AUDIT_LOG ?? '';
    return new Audit(path, (await stat(path)).size);
  }

  /** The requests of that user, whole ones alone. */
  async of(user: string): Promise<Answered[]> {
    const file = await open(this.path);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(size - this.offset), 0, size - this.offset, this.offset);
      const text = buffer.toString();
      const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
      const all = lines.flatMap(line => (line === '' ? [] : [JSON.parse(line) as Answered]));
      return all.filter(({ stage, user: { username } }) => stage === 'ResponseComplete' && username === user);
    } finally {
      await file.close();
    }
  }
}
