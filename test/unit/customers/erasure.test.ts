import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { contributionOf } from '../../../shared/domain/customers/customer-file.ts';
import { anonymous, erasedIdentity, forgottenTouch, namesErased } from '../../../shared/domain/customers/erasure.ts';
import type { IdentityRow } from '../../../shared/domain/customers/linking.ts';
import { joinOrders, type Order, type OrderDescription } from '../../../shared/domain/orders/order.ts';
import { earningOf, purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { refundedAmount, statusOf } from '../../../shared/domain/orders/status.ts';
import { claimed, planned, sent } from '../../../shared/domain/touches/touch.ts';
import { runsOf, someOf } from '../../config/runs.ts';
import { arbitraryMixedDelivery, arbitraryWebhook } from '../../support/arbitrary-orders.ts';
import { zone } from '../../support/converge.ts';
import { erasing, identitiesByOrder, isOrder, takeIn, untilDone } from '../../support/erasure.ts';
import { aPlan, noon } from '../../support/touches.ts';

const description: OrderDescription = {
  currency: 'CNY',
  total: 12_345,
  items: [{ productId: 'p1', title: 'Tea', quantity: 1, price: 12_345 }],
  coupons: ['SPRING'],
  carrier: { name: 'SF', number: 'SF1029384756', url: 'https://sf.example/SF1029384756' },
  buyer: { id: 'u-77', name: 'Zoe Quill', email: 'zoe@example.com', phone: '+8613912345678' },
  address: { country: 'CN', province: 'Zhejiang', city: 'Hangzhou' },
  source: 'https://shop.example/?for=zoe',
  channel: 'web',
};
const zoes: Order = {
  shop: 'north',
  id: '1',
  milestones: { createdAt: 1, paidAt: 2 },
  refunds: [{ value: { id: 'r', amount: 5, at: 3, status: 'success', reason: 'too large for Zoe' }, at: 3 }],
  description: { value: description, at: 2 },
  tracking: [{ code: 'left at the Quills', at: 3 }],
  identities: ['b:zoe', 'p:zoe'],
  statements: { name: { value: 'Zoe Quill', at: 2 }, birthday: { value: '1987-06-05', at: 2 } },
  statedAt: 1,
};

describe('an order whose buyer was erased', () => {
  test('keeps shop, id, times, amounts, goods and province, and nothing of the buyer', () => {
    const left = anonymous(zoes);
    expect(JSON.stringify(left)).not.toMatch(/zoe|quill|u-77|139123|SF10|hangzhou|1987/i);
    expect(left).toMatchObject({ shop: 'north', id: '1', milestones: zoes.milestones, statedAt: 1 });
    expect(left.description?.value).toEqual({
      currency: 'CNY',
      total: 12_345,
      items: description.items,
      coupons: ['SPRING'],
      carrier: { name: 'SF' },
      address: { country: 'CN', province: 'Zhejiang' },
      channel: 'web',
    });
  });

  test('counts as it did: status, purchase, earning, refunds', () => {
    fc.assert(
      fc.property(arbitraryWebhook, arbitraryWebhook, (one, other) => {
        const order = joinOrders(one, { ...other, shop: one.shop, id: one.id });
        const left = anonymous(order);
        const counted = (of: Order) => ({
          status: statusOf(of),
          purchase: purchaseOf(of, zone),
          earning: earningOf(of, zone),
          refunded: refundedAmount(of),
          entry: contributionOf(of, zone).entry,
        });
        expect(counted(left)).toEqual(counted(order));
        expect(anonymous(left)).toEqual(left);
        expect([left.identities, left.statements]).toEqual([[], {}]);
      }),
    );
  });
});

describe('identities of somebody erased', () => {
  const row = (key: string, more: Partial<IdentityRow> = {}): [string, IdentityRow] => [
    key,
    { key, buyers: [], ...more },
  ];

  test('one that had stopped linking says so only of what names nobody else', () => {
    const resold = ['n b:1', 'n b:2', 'n b:3', 'n b:4'];
    expect(erasedIdentity({ key: 'p:1', buyers: resold }, 3)).toEqual({ key: 'p:1', buyers: [], erased: 'shared' });
    expect(erasedIdentity({ key: 'p:1', buyers: ['n b:1'] }, 3)).toEqual({ key: 'p:1', buyers: [], erased: 'own' });
    const rows = new Map([row('b:7'), row('p:1', { erased: 'shared' }), row('e:1', { erased: 'own' })]);
    expect(namesErased(rows, ['b:7', 'p:1'], 3)).toBe(false);
    expect(namesErased(rows, ['p:1'], 3)).toBe(true);
    expect(namesErased(rows, ['b:7', 'e:1'], 3)).toBe(true);
    expect(namesErased(rows, [], 3)).toBe(false);
  });
});

describe('a message to somebody erased', () => {
  const plan = { ...aPlan(), plannedAddress: 'e:1', order: 'north#1' };

  test('that waits is not sent; of one that went out it stays known that it did', () => {
    const waiting = planned(plan, 'a-email', noon, noon);
    expect(forgottenTouch(waiting)).toMatchObject({ state: 'skipped', reason: 'erased' });
    const claim = { at: noon, until: noon + 1, address: 'e:1', customer: 'c1' };
    const underWay = claimed(waiting, claim, { at: noon, gates: [] });
    expect(forgottenTouch(underWay)).toBe(underWay);
    const left = forgottenTouch(sent(underWay, noon, { providerId: 'm1' }));
    expect(left).toMatchObject({ state: 'sent', sentAt: noon, providerId: 'm1' });
    expect([left.claim, left.plannedAddress, left.judged, left.order]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(forgottenTouch(left)).toBe(left);
  });
});

describe('nobody comes back', () => {
  test('whatever comes before, during and after an erasure, in any order', async () => {
    let erasures = 0;
    await fc.assert(
      fc.asyncProperty(
        arbitraryMixedDelivery,
        fc.constantFrom('b:north-b1', 'b:north-b2', 'p:one', 'p:two', 'e:one'),
        fc.nat(12),
        fc.scheduler(),
        async ({ inOrder, shuffled }, key, before, scheduler) => {
          const world = erasing();
          const { memory } = world;
          for (const event of inOrder.slice(0, before)) await takeIn(event, memory);
          const customer = await world.customerOf(key);
          const slow = interleaved(memory, scheduler);
          const during = shuffled.map((event) => takeIn(event, slow));
          const erase = customer === undefined ? [] : [untilDone(() => erasing({ store: slow }).erase(customer))];
          await scheduler.waitFor(Promise.all([...during, ...erase]));
          for (const event of inOrder) await takeIn(event, memory);
          if (customer !== undefined) erasures++;
          leavesNothing(memory, inOrder);
        },
      ),
      { numRuns: runsOf(300) },
    );
    expect(erasures).toBeGreaterThan(someOf(50));
  });
});

function leavesNothing(memory: MemoryCustomerStore, events: Parameters<typeof identitiesByOrder>[0]): void {
  const rows = [...memory.identities.values()].map(({ value }) => value);
  const own = new Set(rows.flatMap(({ key, erased }) => (erased === 'own' ? [key] : [])));
  for (const row of rows) if (row.erased) expect([row.customer, row.buyers]).toEqual([undefined, []]);
  const files = memory.livingFiles();
  for (const file of files) {
    expect(file.identities.filter((key) => own.has(key))).toEqual([]);
    expect(Object.values(file.updates).flatMap(({ identities }) => identities.filter((key) => own.has(key)))).toEqual(
      [],
    );
  }
  for (const [ref, identities] of identitiesByOrder(events)) {
    const stored = memory.orders.get(ref)?.value;
    const isErased = [...identities].some((key) => own.has(key));
    if (isErased) expect(stored?.erased, ref).toBe(true);
    const counting = files.filter((file) => file.orders.has(ref));
    if (!stored?.erased) {
      expect(counting.length, ref).toBe(identities.size > 0 ? 1 : 0);
      continue;
    }
    expect([stored.customer, stored.order.identities, stored.order.statements]).toEqual([undefined, [], {}]);
    expect(counting).toEqual([]);
    const [first, ...others] = events.filter(isOrder).filter((event) => `${event.shop}#${event.id}` === ref);
    if (first) expect(stored.order.milestones).toEqual(others.reduce(joinOrders, first).milestones);
  }
}

/** The store, each of whose requests waits for its turn, which the scheduler draws. */
function interleaved(store: MemoryCustomerStore, scheduler: fc.Scheduler): MemoryCustomerStore {
  return new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        await scheduler.schedule(Promise.resolve(), String(name));
        return (member as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
}
