import { type CustomerFile, statementsFrom, withOrder, withUpdate } from '../../domain/customers/customer-file.ts';
import type { StoredOrder, Versioned } from '../ports.ts';

/**
 * A file put together from some of another's orders and updates, as if it had never had the rest: what an order
 * contributed stands in the file, what it said of the buyer stands in the order.
 */
export function composeFile(
  start: CustomerFile,
  from: CustomerFile,
  refs: Iterable<string>,
  updates: Iterable<string>,
  orders: ReadonlyMap<string, Versioned<StoredOrder>>,
): CustomerFile {
  let file = start;
  for (const ref of refs) {
    const entry = from.orders.get(ref);
    const order = orders.get(ref)?.value.order;
    if (!entry || !order) continue;
    file = withOrder(file, { ref, entry, statements: statementsFrom(order) });
  }
  for (const name of updates) {
    const update = from.updates[name];
    if (update) file = withUpdate(file, update);
  }
  return file;
}
