import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import type { IdentityRow } from '../../domain/customers/linking.ts';
import type { Migration } from '../../domain/life-cycle/migration.ts';
import { orderRef } from '../../domain/orders/order.ts';
import {
  type Changes,
  ConflictError,
  type CustomerStore,
  type FileOrRedirect,
  type LinkScan,
  type StoredOrder,
  type Versioned,
} from '../../usecases/ports.ts';

/** The customer store in memory: for fast tests and simulations. Passes the same suite as the DynamoDB one. */
export class MemoryCustomerStore implements CustomerStore, LinkScan {
  readonly orders = new Map<string, Versioned<StoredOrder>>();
  readonly files = new Map<string, Versioned<FileOrRedirect>>();
  readonly identities = new Map<string, Versioned<IdentityRow>>();
  readonly migrations: Migration[] = [];

  async readOrder(
    ref: string,
    identities: readonly string[],
  ): Promise<{ order?: Versioned<StoredOrder>; identities: Map<string, Versioned<IdentityRow>> }> {
    const order = this.orders.get(ref);
    return { ...(order && { order }), identities: pick(this.identities, identities) };
  }

  async readOrders(refs: readonly string[]): Promise<Map<string, Versioned<StoredOrder>>> {
    return pick(this.orders, refs);
  }

  async readIdentities(keys: readonly string[]): Promise<Map<string, Versioned<IdentityRow>>> {
    return pick(this.identities, keys);
  }

  async readFiles(ids: readonly string[]): Promise<Map<string, Versioned<FileOrRedirect>>> {
    return pick(this.files, ids);
  }

  async commit(changes: Changes): Promise<void> {
    const puts = [
      ...(changes.orders ?? []).map(
        (item) => [this.orders, orderRef(item.value.order.shop, item.value.order.id), item] as const,
      ),
      ...(changes.files ?? []).map((item) => [this.files, fileId(item.value), item] as const),
      ...(changes.identities ?? []).map((item) => [this.identities, item.value.key, item] as const),
    ];
    for (const [table, key, { version }] of puts) {
      if ((table.get(key)?.version ?? 0) !== version) throw new ConflictError(key);
    }
    for (const [table, key, { value, version }] of puts) {
      (table as Map<string, Versioned<unknown>>).set(key, { value, version: version + 1 });
    }
    this.migrations.push(...(changes.migrations ?? []));
  }

  async scanIdentities(): Promise<{ items: string[] }> {
    return { items: [...this.identities.keys()] };
  }

  async scanOrders(): Promise<{ items: string[] }> {
    return { items: [...this.orders.keys()] };
  }

  /** Living files, redirects left out. */
  livingFiles(): CustomerFile[] {
    return [...this.files.values()].flatMap(({ value }) => (value.type === 'file' ? [value.file] : []));
  }
}

export function fileId(item: FileOrRedirect): string {
  return item.type === 'file' ? item.file.id : item.id;
}

function pick<T>(table: ReadonlyMap<string, T>, keys: readonly string[]): Map<string, T> {
  return new Map(keys.flatMap((key) => (table.has(key) ? [[key, table.get(key) as T]] : [])));
}
