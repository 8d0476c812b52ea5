/**
 * Replaces `mnemonist/lru-cache` in the bundles: the AWS SDK keeps in it the endpoints that endpoint discovery has found,
 * which is switched off in functions, so it stays empty. 7 kB minified.
 */
export default class LruCache<Key, Value> extends Map<Key, Value> {
  readonly #capacity: number;

  constructor(capacity: number) {
    super();
    this.#capacity = capacity;
  }

  peek(key: Key): Value | undefined {
    return this.get(key);
  }

  override set(key: Key, value: Value): this {
    const [oldest] = this.keys();
    if (oldest !== undefined && this.size >= this.#capacity && !this.has(key)) this.delete(oldest);
    return super.set(key, value);
  }
}
