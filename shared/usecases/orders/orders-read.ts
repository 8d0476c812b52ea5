import type { CustomerStore, StoredOrder, Versioned } from '../ports.ts';

/**
 * The store for several looks at orders that have just been read: it asks for them only once. Whoever writes on what an
 * order is reads it from the store itself.
 */
export function withOrdersRead(
  store: CustomerStore,
  known: ReadonlyMap<string, Versioned<StoredOrder>>,
  asked: readonly string[],
): CustomerStore {
  const answered = new Set(asked);
  return {
    readOrder: (ref, identities) => store.readOrder(ref, identities),
    async readOrders(refs) {
      const rest = refs.filter((ref) => !answered.has(ref));
      const read = rest.length === 0 ? [] : [...(await store.readOrders(rest))];
      return new Map([...[...known].filter(([ref]) => refs.includes(ref)), ...read]);
    },
    readIdentities: (keys) => store.readIdentities(keys),
    readFiles: (ids) => store.readFiles(ids),
    commit: (changes) => store.commit(changes),
  };
}
