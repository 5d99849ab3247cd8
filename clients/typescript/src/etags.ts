/** An answer with its ETag. */
export interface Kept {
  etag: string;
  body: unknown;
}

/** The last answers by URL, in memory; extend it to keep them elsewhere. Never change a body that it returned. */
export class EtagCache {
  readonly #kept = new Map<string, Kept>();

  constructor(readonly size = 256) {}

  get(url: string): Kept | undefined {
    const kept = this.#kept.get(url);
    if (kept) this.put(url, kept);
    return kept;
  }

  put(url: string, kept: Kept): void {
    this.#kept.delete(url);
    this.#kept.set(url, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.size) break;
      this.#kept.delete(oldest);
    }
  }
}
