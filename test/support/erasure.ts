import { MemoryBehaviourStore } from '../../shared/adapters/memory/behaviour-store.ts';
import { memoryCaseStore } from '../../shared/adapters/memory/case-store.ts';
import { MemoryCustomerStore } from '../../shared/adapters/memory/customer-store.ts';
import { MemoryTouchStore } from '../../shared/adapters/memory/touch-store.ts';
import { platforms } from '../../shared/contracts/platforms/platforms.ts';
import type { Work } from '../../shared/contracts/work.ts';
import type { Update } from '../../shared/domain/customers/customer-file.ts';
import type { Order } from '../../shared/domain/orders/order.ts';
import { orderRef } from '../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../shared/domain/settings/settings.ts';
import {
  ConflictError,
  type CustomerStore,
  type ErasedCustomers,
  type ParkedStore,
} from '../../shared/usecases/ports.ts';
import { type ClearDeps, clearErased } from '../../shared/usecases/privacy/clear-erased.ts';
import { eraseCustomer } from '../../shared/usecases/privacy/erase-customer.ts';
import { now, recordingDeps, recordOne } from './converge.ts';

/** Everything an erasure goes through, in memory but for what is given. */
export function erasing(over: Partial<ClearDeps> = {}) {
  const memory = new MemoryCustomerStore();
  const store = over.store ?? memory;
  const touches = new MemoryTouchStore(memory);
  const work: Work[] = [];
  const erased = new Map<string, number>();
  const noShop = async () => undefined;
  const list: ErasedCustomers = {
    add: async (ids, at) => {
      for (const id of ids) erased.set(id, at);
    },
    since: async (instant) => new Set([...erased].flatMap(([id, at]) => (at >= instant ? [id] : []))),
  };
  const nothingParked: ParkedStore = {
    park: async () => undefined,
    listParked: async () => ({ items: [] }),
    readParked: noShop,
    removeParked: async () => undefined,
  };
  const deps: ClearDeps = {
    ...recordingDeps(store),
    identityHash: (text) => text,
    settings: { settings: async () => defaultSettings },
    platforms,
    shops: { shop: noShop, freshShop: noShop },
    touches,
    enrolments: touches.enrolments,
    behaviour: new MemoryBehaviourStore(memory),
    cases: memoryCaseStore(touches),
    couponLedger: { forget: async () => undefined },
    parked: nothingParked,
    erased: list,
    work: { send: async (one) => void work.push(one) },
    ...over,
  };
  return {
    deps,
    memory,
    work,
    clock: { now: () => now },
    erased: list,
    begin: (id: string) => eraseCustomer(id, defaultSettings, deps),
    /** The work as the queue would bring it, until all of it is done. */
    async erase(id: string) {
      await untilDone(() => clearErased({ type: 'customer.erase', customer: id }, () => 60_000, deps));
      for (let next = work.shift(); next; next = work.shift()) {
        const part = next;
        if (part.type === 'customer.erase') await untilDone(() => clearErased(part, () => 60_000, deps));
      }
    },
    customerOf: async (key: string) => (await store.readIdentities([key])).get(key)?.value.customer,
  };
}

/** As the queue would bring it: again, until it is in. */
export async function untilDone<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

export function isOrder(event: Order | Update): event is Order {
  return 'milestones' in event;
}

export const takeIn = (event: Order | Update, store: CustomerStore) => untilDone(() => recordOne(event, store));

/** Refs of the orders among events, each with all identities any of them shows. */
export function identitiesByOrder(events: readonly (Order | Update)[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const event of events.filter(isOrder)) {
    const ref = orderRef(event.shop, event.id);
    found.set(ref, new Set([...(found.get(ref) ?? []), ...event.identities]));
  }
  return found;
}
