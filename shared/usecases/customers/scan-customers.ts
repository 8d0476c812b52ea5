import { type CustomerFile, hasSubstance } from '../../domain/customers/customer-file.ts';
import type { DueIndex } from '../ports.ts';

/** Parallel parts of a scan, and customers read in one request. */
const segments = 8;
const pageSize = 500;

/** Shows every customer file to `visit`, in no order, several parts of the table at a time. */
export async function scanCustomers(
  store: Pick<DueIndex, 'scanFiles'>,
  visit: (file: CustomerFile) => void,
): Promise<void> {
  await Promise.all(
    Array.from({ length: segments }, async (_, segment) => {
      let after: string | undefined;
      do {
        const page = await store.scanFiles(segment, segments, after, pageSize);
        for (const { item, unreadable } of page.items) {
          // A report that leaves somebody out silently would be wrong.
          if (!item) throw unreadable;
          if (item.value.type === 'file' && hasSubstance(item.value.file)) visit(item.value.file);
        }
        after = page.next;
      } while (after !== undefined);
    }),
  );
}
