import type { CustomerStore, FileOrRedirect, Versioned } from '../ports.ts';

/**
 * Customers' files for several looks in a row: each is asked for only once. It is no store to write with: whoever writes on
 * what a file says reads it from the store itself.
 */
export function withFilesRead(store: Pick<CustomerStore, 'readFiles'>): Pick<CustomerStore, 'readFiles'> {
  const answers = new Map<string, Versioned<FileOrRedirect> | undefined>();
  return {
    async readFiles(ids) {
      const rest = ids.filter((id) => !answers.has(id));
      const read = rest.length === 0 ? undefined : await store.readFiles(rest);
      for (const id of rest) answers.set(id, read?.get(id));
      return new Map(
        ids.flatMap((id) => {
          const answer = answers.get(id);
          return answer ? [[id, answer] as const] : [];
        }),
      );
    },
  };
}
