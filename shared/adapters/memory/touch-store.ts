import type { Instant } from '../../domain/calendar.ts';
import {
  type AddressRow,
  type ContactRow,
  emptyAddressRow,
  emptyContactRow,
} from '../../domain/contact-policy/standing.ts';
import { compareText } from '../../domain/orders/order.ts';
import { dueShards, shardOf } from '../../domain/sharding.ts';
import { isOpen, type Touch, touchName } from '../../domain/touches/touch.ts';
import type {
  LiveKeys,
  LiveRows,
  TouchChanges,
  TouchDueIndex,
  TouchKey,
  TouchStore,
} from '../../usecases/messages/messaging-ports.ts';
import { ConflictError, type Page, type Versioned } from '../../usecases/ports.ts';
import type { MemoryCustomerStore } from './customer-store.ts';
import { MemoryEnrolmentStore } from './enrolment-store.ts';

/**
 * Touches, caps and addresses in memory, beside the files and orders of a customer store: for fast tests and simulations.
 * Passes the same suite as the DynamoDB one.
 */
export class MemoryTouchStore implements TouchStore, TouchDueIndex {
  readonly touches = new Map<string, Versioned<Touch>>();
  readonly contacts = new Map<string, Versioned<ContactRow>>();
  readonly addresses = new Map<string, Versioned<AddressRow>>();
  readonly enrolments: MemoryEnrolmentStore;
  readonly #customers: Pick<MemoryCustomerStore, 'files' | 'orders'>;
  /** Names of a customer's touches. */
  readonly #named = new Map<string, Set<string>>();

  /** @param enrolments what lies beside them in the table: read with them, and due beside them */
  constructor(
    customers: Pick<MemoryCustomerStore, 'files' | 'orders'>,
    enrolments: MemoryEnrolmentStore = new MemoryEnrolmentStore(),
  ) {
    this.#customers = customers;
    this.enrolments = enrolments;
  }

  async readLive(keys: LiveKeys): Promise<LiveRows> {
    const { customers, contacts, addresses, orders, touches, enrolments = [] } = keys;
    const names = [...(touches ?? [])].map(touchName);
    return {
      files: pick(this.#customers.files, customers),
      orders: pick(this.#customers.orders, orders),
      touches: pick(this.touches, names),
      enrolments: await this.enrolments.readEnrolments([...enrolments]),
      contacts: new Map([...new Set(contacts)].map((id) => [id, this.contacts.get(id) ?? none(emptyContactRow(id))])),
      addresses: new Map(
        [...new Set(addresses)].map((key) => [key, this.addresses.get(key) ?? none(emptyAddressRow(key))]),
      ),
    };
  }

  async readOpen(customer: string): Promise<readonly Versioned<Touch>[]> {
    return this.#touchesOf(customer).filter(({ value }) => isOpen(value) && value.dueAt !== undefined);
  }

  async readTouch(key: TouchKey): Promise<Versioned<Touch> | undefined> {
    return this.touches.get(touchName(key));
  }

  async listTouches(customer: string, after: string | undefined, limit: number): Promise<Page<Touch>> {
    const rest = this.#touchesOf(customer).map(({ value }) => value);
    return pageOf(rest, ({ id }) => id, after, limit);
  }

  async plan(touch: Touch, beside: readonly TouchKey[] = []): Promise<boolean> {
    if ([touch, ...beside].some((key) => this.touches.has(touchName(key)))) return false;
    await this.commit({ touches: [{ value: touch, version: 0 }] });
    return true;
  }

  async commit({ touches = [], contacts = [], addresses = [], unchangedFiles = [] }: TouchChanges): Promise<void> {
    const puts = [
      ...touches.map((row) => [this.touches, touchName(row.value), row] as const),
      ...contacts.map((row) => [this.contacts, row.value.customer, row] as const),
      ...addresses.map((row) => [this.addresses, row.value.key, row] as const),
    ];
    if (puts.length === 0) return;
    const conditions = [
      ...puts.map(([table, key, { version }]) => [table, key, version] as const),
      ...unchangedFiles.map(({ id, version }) => [this.#customers.files, id, version] as const),
    ];
    for (const [table, key, version] of conditions) {
      if ((table.get(key)?.version ?? 0) !== version) throw new ConflictError(key);
    }
    for (const [table, key, { value, version }] of puts) {
      (table as Map<string, Versioned<unknown>>).set(key, { value, version: version + 1 });
    }
    for (const { value } of touches) {
      const named = this.#named.get(value.customer) ?? new Set();
      this.#named.set(value.customer, named.add(touchName(value)));
    }
  }

  async readDueTouches(
    shard: number,
    { from, until }: { readonly from?: Instant; readonly until: Instant },
    after: string | undefined,
    limit: number,
  ): Promise<Page<TouchKey>> {
    const touches = [...this.touches.values()].flatMap(({ value }) => {
      const { customer, id, dueAt } = value;
      return dueAt !== undefined && isOpen(value) ? [{ customer, id, dueAt }] : [];
    });
    const enrolments = [...this.enrolments.due()].map(({ customer, entry, dueAt }) => ({ customer, id: entry, dueAt }));
    const due = [...touches, ...enrolments].flatMap(({ customer, id, dueAt }) => {
      const isIn = dueAt > (from ?? -1) && dueAt <= until;
      if (!isIn || shardOf(customer, dueShards) !== shard) return [];
      return [{ customer, id, place: `${new Date(dueAt).toISOString()} ${touchName({ customer, id })}` }];
    });
    const page = pageOf(
      due.sort((a, b) => compareText(a.place, b.place)),
      ({ place }) => place,
      after,
      limit,
    );
    return { ...page, items: page.items.map(({ customer, id }) => ({ customer, id })) };
  }

  #touchesOf(customer: string): Versioned<Touch>[] {
    const found = pick(this.touches, this.#named.get(customer));
    return [...found.values()].sort((a, b) => compareText(a.value.id, b.value.id));
  }
}

/** A row that is not there yet. */
function none<T>(value: T): Versioned<T> {
  return { value, version: 0 };
}

function pick<T>(table: ReadonlyMap<string, T>, keys: Iterable<string> | undefined): Map<string, T> {
  return new Map([...new Set(keys)].flatMap((key) => (table.has(key) ? [[key, table.get(key) as T]] : [])));
}

/** Items in order of their names, those after a name. */
function pageOf<T>(
  sorted: readonly T[],
  nameOf: (item: T) => string,
  after: string | undefined,
  limit: number,
): Page<T> {
  const rest = after === undefined ? sorted : sorted.filter((item) => nameOf(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(rest.length > limit && last !== undefined && { next: nameOf(last) }) };
}
