import { type CappedMessage, isCapGate } from '../../domain/rehearsal/tally.ts';
import { isOpen, type Touch, touchName } from '../../domain/touches/touch.ts';
import type { EnrolmentStore } from '../../usecases/marketing-ports.ts';
import { enrolmentEntry } from '../../usecases/marketing-ports.ts';
import type { LiveKeys, LiveRows, TouchChanges, TouchStore } from '../../usecases/messages/messaging-ports.ts';
import type { CustomerStore, Page, StoredOrder, Versioned } from '../../usecases/ports.ts';
import type { MakeWorld, RehearsalWorld, WorldSeeds } from '../../usecases/rehearsal/rehearsal-ports.ts';
import { MemoryCustomerStore } from './customer-store.ts';
import { MemoryEnrolmentStore } from './enrolment-store.ts';
import { MemoryTouchStore } from './touch-store.ts';

/** What a world looks up where it was not given it. */
export interface LiveHistory {
  readonly store: Pick<CustomerStore, 'readOrders'>;
  readonly touches: Pick<TouchStore, 'readLive' | 'listTouches'>;
  readonly enrolments: Pick<EnrolmentStore, 'listEnrolments'>;
}

/** Worlds in memory over the live record, which is read where history is asked for and never written. */
export function rehearsalWorlds(live: LiveHistory): MakeWorld {
  return async (seeds) => {
    const world = new MemoryWorld(seeds, live);
    await world.touches.seed(seeds.touches);
    return world;
  };
}

class MemoryWorld implements RehearsalWorld {
  readonly store: WorldCustomers;
  readonly touches: WorldTouches;
  readonly enrolments: WorldEnrolments;
  readonly #id: string;

  constructor(seeds: WorldSeeds, history: LiveHistory) {
    const { file, shared, enrolments, memberships, past } = seeds;
    const { id, aliases } = file.value.file;
    this.#id = id;
    this.store = new WorldCustomers(shared, history.store);
    this.store.files.set(id, file);
    for (const alias of aliases) {
      this.store.files.set(alias, { value: { type: 'redirect', id: alias, to: id }, version: 1 });
    }
    this.enrolments = new WorldEnrolments(history.enrolments);
    this.enrolments.seed(enrolments, memberships, past);
    this.touches = new WorldTouches(this.store, this.enrolments, shared, history.touches);
  }

  file(): ReturnType<RehearsalWorld['file']> {
    const stored = this.store.files.get(this.#id);
    if (stored?.value.type !== 'file') throw new Error('nobody dies in a rehearsal');
    return { value: stored.value, version: stored.version };
  }

  knownOrders(refs: readonly string[]): Map<string, Versioned<StoredOrder>> {
    return this.store.known(refs);
  }

  allTouches(): readonly Touch[] {
    return [...this.touches.touches.values()].map(({ value }) => value);
  }

  dueTouches(): ReturnType<RehearsalWorld['dueTouches']> {
    return this.allTouches().flatMap((touch) => {
      const { dueAt } = touch;
      return dueAt !== undefined && isOpen(touch) ? [{ ...touch, dueAt }] : [];
    });
  }

  dueEnrolments(): ReturnType<RehearsalWorld['dueEnrolments']> {
    return [...this.enrolments.due()];
  }

  capped(): readonly CappedMessage[] {
    return [...this.touches.capped.values()];
  }
}

type Shared = WorldSeeds['shared'];

/** Orders that were not given are read where somebody asks for them. */
class WorldCustomers extends MemoryCustomerStore {
  readonly #shared: Shared;
  readonly #live: LiveHistory['store'];

  constructor(shared: Shared, live: LiveHistory['store']) {
    super();
    this.#shared = shared;
    this.#live = live;
  }

  override async readOrders(refs: readonly string[]): Promise<Map<string, Versioned<StoredOrder>>> {
    const missing = take(this.orders, this.#shared.orders, refs);
    if (missing.length > 0)
      for (const [ref, order] of await this.#live.readOrders(missing)) this.orders.set(ref, order);
    return super.readOrders(refs);
  }

  known(refs: readonly string[]): Map<string, Versioned<StoredOrder>> {
    take(this.orders, this.#shared.orders, refs);
    const found = new Map<string, Versioned<StoredOrder>>();
    for (const ref of refs) {
      const order = this.orders.get(ref);
      if (order) found.set(ref, order);
    }
    return found;
  }
}

/** Takes rows over from those that were read for many. @returns names of those that were not */
function take<Row>(own: Map<string, Row>, shared: ReadonlyMap<string, Row>, names: Iterable<string>): string[] {
  const missing: string[] = [];
  for (const name of names) {
    const row = own.get(name) ?? shared.get(name);
    if (row === undefined) missing.push(name);
    else own.set(name, row);
  }
  return missing;
}

class WorldEnrolments extends MemoryEnrolmentStore {
  readonly #live: LiveHistory['enrolments'];
  readonly #listed = new Set<string>();

  constructor(live: LiveHistory['enrolments']) {
    super();
    this.#live = live;
  }

  seed(enrolments: WorldSeeds['enrolments'], memberships: WorldSeeds['memberships'], past: WorldSeeds['past']): void {
    for (const value of past) this.#put({ value, version: 1 });
    for (const one of enrolments) this.#put(one);
    for (const one of memberships) this.memberships.set(`${one.value.customer} ${one.value.journey}`, one);
  }

  /** What a customer has been through before counts where a journey lets nobody in twice. */
  override async listEnrolments(customer: string, journey?: string) {
    const name = `${customer} ${journey ?? ''}`;
    if (!this.#listed.has(name)) {
      for (const one of await this.#live.listEnrolments(customer, journey)) this.#put(one, 'unless known');
      this.#listed.add(name);
    }
    return super.listEnrolments(customer, journey);
  }

  #put(one: Versioned<WorldSeeds['past'][number]>, unless?: 'unless known'): void {
    const name = `${one.value.customer} ${enrolmentEntry(one.value)}`;
    if (!unless || !this.enrolments.has(name)) this.enrolments.set(name, one);
  }
}

class WorldTouches extends MemoryTouchStore {
  readonly capped = new Map<string, CappedMessage>();
  readonly #customers: WorldCustomers;
  readonly #shared: Shared;
  readonly #live: LiveHistory['touches'];

  constructor(
    customers: WorldCustomers,
    enrolments: MemoryEnrolmentStore,
    shared: Shared,
    live: LiveHistory['touches'],
  ) {
    super(customers, enrolments);
    this.#customers = customers;
    this.#shared = shared;
    this.#live = live;
  }

  /** Written past what watches over caps: that something was held back before is no news. */
  async seed(touches: WorldSeeds['touches']): Promise<void> {
    await super.commit({ touches: touches.map(({ value }) => ({ value, version: 0 })) });
  }

  override async readLive(keys: LiveKeys): Promise<LiveRows> {
    if (keys.orders) await this.#customers.readOrders([...keys.orders]);
    const contacts = take(this.contacts, this.#shared.contacts, keys.contacts ?? []);
    const addresses = take(this.addresses, this.#shared.addresses, keys.addresses ?? []);
    if (contacts.length + addresses.length > 0) {
      const live = await this.#live.readLive({ contacts, addresses });
      for (const [id, row] of live.contacts) this.contacts.set(id, row);
      for (const [key, row] of live.addresses) this.addresses.set(key, row);
    }
    return super.readLive(keys);
  }

  override async commit(changes: TouchChanges): Promise<void> {
    await super.commit(changes);
    for (const { value } of changes.touches ?? []) {
      const { state, reason: cap } = value;
      if ((state !== 'planned' && state !== 'skipped') || !isCapGate(cap)) continue;
      const touch = touchName(value);
      this.capped.set(`${touch} ${cap}`, { touch, cap });
    }
  }

  /** Rules ask whom anything was sent to before: that is in the live record. */
  override async listTouches(customer: string, after: string | undefined, limit: number): Promise<Page<Touch>> {
    const own = await super.listTouches(customer, after, limit);
    const before = await this.#live.listTouches(customer, after, limit);
    const until = [own.next, before.next].filter((next) => next !== undefined).sort()[0];
    const both = new Map([...before.items, ...own.items].map((touch) => [touch.id, touch]));
    const items = [...both.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    if (until === undefined) return { items };
    return { items: items.filter(({ id }) => id <= until), next: until };
  }
}
