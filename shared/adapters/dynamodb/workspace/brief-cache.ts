import type { Clock } from '../../../usecases/ports.ts';

/** How long a reader may go on with what it read: no change is in force anywhere before this has passed. */
export const CACHE_LIFETIME_MS = 2000;

/**
 * Remembers what was found for a moment. What was not found is asked for again: a shop just made must work at once.
 * Concurrent callers share one request; a failed one is forgotten.
 */
export class BriefCache<T> {
  readonly #entries = new Map<string, { readonly at: number; readonly value: Promise<T | undefined> }>();
  readonly #clock: Clock;
  readonly #lifetime: number;

  constructor(clock: Clock, lifetime: number) {
    this.#clock = clock;
    this.#lifetime = lifetime;
  }

  async get(key: string, load: () => Promise<T | undefined>): Promise<T | undefined> {
    const now = this.#clock.now();
    const known = this.#entries.get(key);
    // The absolute value, for a clock can be set back.
    if (known && Math.abs(now - known.at) < this.#lifetime) return known.value;
    const value = load();
    const entry = { at: now, value };
    this.#entries.set(key, entry);
    try {
      const found = await value;
      if (found === undefined) this.#forget(key, entry);
      return found;
    } catch (error) {
      this.#forget(key, entry);
      throw error;
    }
  }

  /** For the writer itself, who should read what it wrote. */
  clear(): void {
    this.#entries.clear();
  }

  #forget(key: string, entry: unknown): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
