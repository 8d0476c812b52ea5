import { beforeEach, describe, expect, test } from 'vitest';
import type { OrderEntry } from '../../../shared/domain/customers/customer-file.ts';
import { heldOut, type Touch } from '../../../shared/domain/touches/touch.ts';
import { creditTouches } from '../../../shared/usecases/effect/credit-touches.ts';
import type { TouchStore } from '../../../shared/usecases/messages/messaging-ports.ts';
import type { ProductStore } from '../../../shared/usecases/transfers/transfer-ports.ts';
import { aFile, aPlan, aTouch, day, hour, type Messaging, messaging, noon } from '../../support/touches.ts';

let world: Messaging;
const costs = new Map<string, string>();
beforeEach(() => {
  world = messaging();
  costs.clear();
});

const products: Pick<ProductStore, 'readProduct'> = {
  readProduct: async (shop, id) => {
    const cost = costs.get(id);
    const about = { shop, id, title: id, source: 'shop' as const, updatedAt: noon };
    return cost === undefined ? about : { ...about, cost };
  },
};

const campaign = { type: 'campaign', id: 'double-11', version: 1, step: 'send' } as const;

function sentTouch(over: Partial<Touch> = {}): Touch {
  const touch = aTouch({ origin: campaign, class: 'promotional', occurrence: 'round 1' });
  return { ...touch, state: 'sent', sentAt: noon, reactions: { delivered: noon }, ...over };
}

function bought(after: number, amount = 12_000, coupons: readonly string[] = []): OrderEntry {
  const paidAt = noon + after;
  const what = { currency: 'CNY', items: 1, lines: [], coupons };
  return { statedAt: paidAt - 60_000, purchase: { paidAt, day: Math.floor(paidAt / day), amount, ...what } };
}

async function put(orders: Record<string, OrderEntry>, ...touches: readonly Touch[]): Promise<void> {
  await world.putFile(aFile({ email: 'ann@example.com', orders: new Map(Object.entries(orders)) }));
  await world.plan(...touches);
}

const credit = () => creditTouches(['c1'], { ...world.deps, products });
const read = async ({ id }: Touch) => (await world.touches.readTouch({ customer: 'c1', id }))?.value;

describe('what messages have brought', () => {
  test('is written on them once, and again only when something has changed', async () => {
    const touch = sentTouch();
    await put({ 'north#1': bought(day) }, touch);
    expect(await credit()).toBe(1);
    expect(await read(touch)).toMatchObject({
      credited: { orders: 1, amount: 12_000, discount: 0 },
      bought: { orders: 1, amount: 12_000 },
    });
    expect(await credit()).toBe(0);
  });

  test('is taken back with the purchase', async () => {
    const touch = sentTouch();
    await put({ 'north#1': bought(day) }, touch);
    await credit();
    await world.putFile(aFile({ email: 'ann@example.com', orders: new Map([['north#1', { statedAt: noon }]]) }));
    expect(await credit()).toBe(1);
    expect(await read(touch)).not.toHaveProperty('credited');
    expect(await read(touch)).not.toHaveProperty('bought');
  });

  test('counts for the hold-out what they bought all the same, and credits nothing', async () => {
    const plan = aPlan({ origin: campaign, class: 'promotional', occurrence: 'round 1' });
    const held = heldOut(plan, 'held-email', noon);
    await put({ 'north#1': bought(day), 'north#2': bought(8 * day) }, held);
    expect(await credit()).toBe(1);
    expect(await read(held)).toMatchObject({ state: 'heldout', bought: { orders: 1, amount: 12_000 } });
    expect(await read(held)).not.toHaveProperty('credited');
  });

  test('leaves alone what changed meanwhile: a click that comes between is kept', async () => {
    const touch = sentTouch();
    await put({ 'north#1': bought(day) }, touch);
    const { touches } = world;
    let isFirst = true;
    const meddled: TouchStore = {
      readLive: (keys) => touches.readLive(keys),
      readOpen: (customer) => touches.readOpen(customer),
      readTouch: (key) => touches.readTouch(key),
      listTouches: (customer, after, limit) => touches.listTouches(customer, after, limit),
      plan: (one) => touches.plan(one),
      async commit(changes) {
        if (isFirst) {
          isFirst = false;
          const clicked = { ...touch, reactions: { delivered: noon, clicked: noon + hour } };
          await touches.commit({ touches: [{ value: clicked, version: 1 }] });
        }
        return touches.commit(changes);
      },
    };
    await creditTouches(['c1'], { ...world.deps, touches: meddled, products });
    expect(await read(touch)).toMatchObject({ reactions: { clicked: noon + hour }, credited: { orders: 1 } });
  });
});
