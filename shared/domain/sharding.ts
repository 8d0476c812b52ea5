/** FNV-1a of a text: spreads keys evenly over shards, the same on every machine. */
export function shardOf(text: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash % shards;
}

/** Shards of the due index: a sweep asks each of them once. */
export const dueShards = 16;
