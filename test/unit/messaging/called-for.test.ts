import { describe, expect, test } from 'vitest';
import type { CustomerFile, OrderEntry } from '../../../shared/domain/customers/customer-file.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import type { TouchPlan } from '../../../shared/domain/touches/touch.ts';
import { whyNoLongerCalledFor } from '../../../shared/usecases/called-for.ts';
import { aFile, aTouch, day, noon, north } from '../../support/touches.ts';

const paid = {
  paidAt: noon,
  day: Math.floor(noon / day),
  amount: 100,
  currency: 'CNY',
  items: 1,
  lines: [],
  coupons: [],
};
const bought = (daysAgo: number): [string, OrderEntry] => [
  'north#1',
  {
    statedAt: noon - daysAgo * day,
    purchase: { ...paid, paidAt: noon - daysAgo * day, day: paid.day - daysAgo },
  },
];
const order = (changes: Partial<Order> = {}): Order => ({
  shop: 'north',
  id: '1',
  milestones: { createdAt: noon, paidAt: noon },
  refunds: [],
  description: { at: noon, value: { currency: 'CNY', total: 100, items: [] } },
  tracking: [],
  identities: [],
  statements: {},
  statedAt: noon,
  ...changes,
});
const confirmation: Partial<TouchPlan> = {
  origin: { type: 'journey', id: 'order-confirmation', version: 1, step: 'confirm' },
  occurrence: 'paid north#1',
  order: 'north#1',
};

function why(plan: Partial<TouchPlan>, file: CustomerFile, about?: Order, shop: typeof north | undefined = north) {
  const scene = { file, order: () => about && { order: about }, shopOf: () => shop };
  return (rules = defaultSettings.rules) =>
    whyNoLongerCalledFor(aTouch(plan), scene, { ...defaultSettings, rules }, noon);
}

describe('right before it leaves', () => {
  test('a confirmation is called for while its order is a purchase of this customer', () => {
    const file = aFile({ orders: new Map([bought(0)]) });
    expect(why(confirmation, file, order())()).toBeUndefined();
    const refunds = [{ at: noon, value: { id: 'r', amount: 100, at: noon, status: 'success' as const } }];
    expect(why(confirmation, file, order({ refunds }))()).toBe('order_undone');
    expect(why(confirmation, file)()).toBe('order_undone');
    // Its identities were taken apart meanwhile: it is somebody else's order.
    expect(why(confirmation, aFile(), order())()).toBe('order_moved');
  });

  test('a greeting is called for while the customer is silent since that very day', () => {
    const silent = aFile({ orders: new Map([bought(91)]) });
    const greeting = { occurrence: 'silent 2026-11-23' };
    expect(why(greeting, silent)()).toBeUndefined();
    expect(why(greeting, aFile({ orders: new Map([bought(0)]) }))()).toBe('stage_left');
    expect(why({ occurrence: 'silent 2026-11-01' }, silent)()).toBe('stage_left');
  });

  test('nothing is while its rule is off, or its shop is gone', () => {
    const file = aFile({ orders: new Map([bought(0)]) });
    const off = { ...defaultSettings.rules, 'order-confirmation': { enabled: false } };
    expect(why(confirmation, file, order())(off)).toBe('rule_off');
    const scene = { file, order: () => ({ order: order() }), shopOf: () => undefined };
    expect(whyNoLongerCalledFor(aTouch(confirmation), scene, defaultSettings, noon)).toBe('shop_gone');
  });
});
