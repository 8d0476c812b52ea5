import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { canonicalJson } from '../../../shared/domain/canonical.ts';
import {
  type CustomerFile,
  contributionOf,
  emptyFile,
  factsOf,
  hasSubstance,
  mergeFiles,
  withIdentities,
  withOrder,
  withUpdate,
} from '../../../shared/domain/customers/customer-file.ts';
import { noticeCustomer } from '../../../shared/domain/customers/notice-customer.ts';
import type { Statement } from '../../../shared/domain/customers/statements.ts';
import { joinOrders, type Order, orderRef, type Refund } from '../../../shared/domain/orders/order.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { isRefundedInFull, paidAtOf, refundedAmount } from '../../../shared/domain/orders/status.ts';
import { defaultSettings, type Settings } from '../../../shared/domain/settings/settings.ts';
import type { NightlyLimits } from '../../../shared/domain/value/nightly-limits.ts';
import { customerStanding, standingForRules } from '../../../shared/domain/value/standing-of-customer.ts';
import { runsOf } from '../../config/runs.ts';
import { arbitraryDelivery } from '../../support/arbitrary-orders.ts';
import { recordAll, now as recordedAt } from '../../support/converge.ts';
import { dateOf, midnightOf, noonOf, zone } from '../../support/value-cases.ts';

interface Bought {
  readonly on: number;
  readonly amount: number;
  readonly currency?: string;
  readonly refunds?: readonly Partial<Refund>[];
  readonly category?: string;
  readonly province?: string;
}

function orderOf({ on, amount, currency = 'CNY', refunds = [], category, province }: Bought): Order {
  const paidAt = noonOf(on);
  const item = { productId: `p${on}`, title: 'P', quantity: 1, price: amount, ...(category && { category }) };
  return {
    shop: 'north',
    id: `${on}-${amount}`,
    milestones: { createdAt: paidAt, paidAt },
    refunds: refunds.map((value, index) => ({
      at: paidAt,
      value: { id: `r${index}`, amount: 0, at: paidAt, status: 'success', ...value },
    })),
    description: { at: paidAt, value: { currency, total: amount, items: [item] } },
    tracking: [],
    identities: ['b:1'],
    statements: province ? { province: { value: province, at: paidAt } } : {},
    statedAt: paidAt,
  };
}

function fileOf(...orders: readonly Bought[]): CustomerFile {
  return orders.reduce((file, one) => withOrder(file, contributionOf(orderOf(one), zone)), emptyFile('c_1'));
}

function saying(file: CustomerFile, on: number, said: Readonly<Record<string, Statement>>): CustomerFile {
  const at = noonOf(on);
  const statements = Object.fromEntries(Object.entries(said).map(([field, value]) => [field, { value, at }]));
  return withUpdate(file, { identities: ['b:1'], statements });
}

function standing(file: CustomerFile, on: number, over: Partial<Settings> = {}, limits?: NightlyLimits) {
  return customerStanding(file, { ...defaultSettings, ...over }, limits, noonOf(on));
}

describe('tier', () => {
  test('follows net spend; a refund lowers it at once', () => {
    const bought = { on: 0, amount: 60_000 };
    expect(standing(fileOf(bought), 1)).toMatchObject({ tier: { id: 'senior' }, tierSince: noonOf(0) });
    const refunded = fileOf({ ...bought, refunds: [{ amount: 20_000, at: noonOf(1) }] });
    expect(standing(refunded, 2).tier?.id).toBe('regular');
    expect(standing(emptyFile('c_1'), 2)).not.toHaveProperty('tier');
  });

  test('granted by hand is a floor until the end of its day, and taken back by a day in the past', () => {
    const granted = saying(fileOf({ on: 0, amount: 100 }), 2, { 'grant.vip': dateOf(noonOf(5)) });
    expect(standing(granted, 1).tier?.id).toBe('regular');
    expect(standing(granted, 5)).toMatchObject({ tier: { id: 'vip' }, isTierGranted: true, tierSince: noonOf(2) });
    expect(standing(granted, 5).nextChangeAt).toBe(midnightOf(6));
    expect(standing(granted, 6)).toMatchObject({ tier: { id: 'regular' }, isTierGranted: false });
    const revoked = saying(granted, 3, { 'grant.vip': dateOf(noonOf(0)) });
    expect(standing(revoked, 4).tier?.id).toBe('regular');
  });
});

describe('points', () => {
  test('are earned on what was paid and taken back with each refund, in the base currency', () => {
    const rates = [{ currency: 'USD', from: '2025-01-01', rate: '7.155' }];
    const refunds = [
      { id: 'a', amount: 333, at: noonOf(1) },
      { id: 'b', amount: 333, at: noonOf(2) },
    ];
    const file = fileOf({ on: 0, amount: 1000, currency: 'USD', refunds });
    const at = (on: number) => standing(file, on, { rates }).points.balance;
    // 10.00 USD = 71.55 CNY; 6.67 USD = 47.72 CNY; 3.34 USD = 23.90 CNY
    expect([at(0), at(1), at(2)]).toEqual([71, 47, 23]);
  });

  test('of an order refunded in full are all gone, though it is no purchase any more', () => {
    const file = fileOf({ on: 0, amount: 1000, refunds: [{ amount: 1000, at: noonOf(3) }] });
    expect(standing(file, 2).points.balance).toBe(10);
    expect(standing(file, 3).points).toMatchObject({ balance: 0, movements: [{ points: 10 }, { points: -10 }] });
  });

  test('written by hand count once, whichever updates they stand in', () => {
    const entry = { id: 'k', kind: 'adjusted', at: noonOf(1), points: 5 } as const;
    const twice = ['b:1', 'p:1'].reduce(
      (file, key) => withUpdate(file, { identities: [key], statements: {}, points: [entry] }),
      emptyFile('c_1'),
    );
    expect(standing(twice, 2).points.balance).toBe(5);
  });

  test('of two who were merged all stand, also where a caller gave both the same key', () => {
    const given = (key: string, points: number) =>
      withUpdate(withIdentities(emptyFile(`c_${key}`), [key]), {
        identities: [key],
        statements: {},
        points: [{ id: 'k', kind: 'adjusted', at: noonOf(1), points }],
      });
    const [a, b] = [given('b:1', 10), given('b:2', 7)];
    for (const merged of [mergeFiles(a, b), mergeFiles(b, a), mergeFiles(mergeFiles(a, b), b)]) {
      const { balance, movements } = standing(merged, 2).points;
      expect([balance, movements.map(({ id, points }) => `${id} ${points}`)]).toEqual([17, ['hand#k 10', 'hand2#k 7']]);
    }
  });
});

describe('when a customer is due', () => {
  test('is the earliest of stage, tier and points', () => {
    const file = fileOf({ on: 0, amount: 1000 });
    const dueAt = (one: CustomerFile, over: Partial<Settings> = {}) =>
      noticeCustomer(one, noonOf(0), 'purchase', { ...defaultSettings, ...over }).dueAt;
    expect(dueAt(file)).toBe(midnightOf(91));
    // Points of January with one month are gone with the end of February.
    expect(dueAt(file, { points: { newcomerMultiplier: '1', expiryMonths: 1 } })).toBe(midnightOf(31 + 28));
    const tiers = { ...defaultSettings.tiers, window: { days: 30, graceDays: 0 } };
    expect(dueAt(fileOf({ on: 0, amount: 60_000 }), { tiers })).toBe(midnightOf(31));
    const granted = saying(file, 0, { 'grant.vip': dateOf(noonOf(3)) });
    expect(dueAt(granted)).toBe(midnightOf(4));
  });
});

describe('RFM', () => {
  test('scores by fixed limits without a census, to rules too, and has no group yet', () => {
    const rfm: Settings['rfm'] = {
      windowDays: 365,
      scores: { by: 'thresholds', r: [10, 20, 30, 40], f: [2, 3, 4, 5], m: ['10', '20', '30', '40'] },
    };
    const two = fileOf({ on: 0, amount: 1000 }, { on: 5, amount: 1500 });
    expect(standing(two, 20, { rfm }).rfm).toEqual({ r: 4, f: 2, m: 3 });
    expect(standing(two, 20).rfm).toBeUndefined();
    const tagRules: Settings['tagRules'] = [
      { tag: 'lately', rule: { field: 'rfm.r', op: 'gte', value: 4 } },
      { tag: 'grouped', rule: { field: 'rfm.group', op: 'exists', value: true } },
    ];
    const now = standing(two, 20, { rfm, tagRules });
    expect(now.ruleTags).toEqual(['lately']);
    expect(standingForRules(now).rfm).toEqual({ r: 4, f: 2, m: 3, group: undefined });
    expect(standing(two, 20, { tagRules }).ruleTags).toEqual([]);
    expect(standing(two, 400, { rfm }).rfm).toBeUndefined();
  });
});

describe('tags', () => {
  const tagRules: Settings['tagRules'] = [
    { tag: 'southern', rule: { field: 'region.group', op: 'in', value: ['South'] } },
    {
      tag: 'rich',
      rule: {
        all: [
          { field: 'tier', op: 'eq', value: 'senior' },
          { field: 'points', op: 'gte', value: 600 },
        ],
      },
    },
  ];
  const regionGroups = { South: ['Guangdong'] };

  test('by hand hold by the latest word', () => {
    const file = saying(saying(fileOf(), 1, { 'tag.fond of tea': true, 'tag.b': true }), 3, { 'tag.b': false });
    expect(standing(file, 3).handTags).toEqual(['fond of tea']);
  });

  test('by rule hold as long as the rule does, and stand beside those by hand', () => {
    const file = saying(fileOf({ on: 0, amount: 60_000, province: 'Guangdong' }), 1, { 'tag.rich': true });
    const now = standing(file, 2, { tagRules, regionGroups });
    expect(now).toMatchObject({ handTags: ['rich'], ruleTags: ['rich', 'southern'], tags: ['rich', 'southern'] });
    expect(standingForRules(now)).toMatchObject({ tier: 'senior', points: 600, tags: ['rich', 'southern'] });
    expect(standing(file, 2, { tagRules, regionGroups: { South: ['Hainan'] } }).ruleTags).toEqual(['rich']);
  });

  test('of the pyramid come with the first census', () => {
    const three = [0, 0, 0] as const;
    const limits = {
      run: 'night',
      asOf: noonOf(9),
      rfmPopulation: {
        version: 'night',
        asOf: 20_000,
        windowDays: 365,
        currency: 'CNY',
        customers: 3,
        cuts: { r: [1, 2, 3, 4], f: [1, 2, 3, 4], m: [1, 2, 3, 4] },
        high: { r: three[0], f: three[1], m: three[2] },
        means: { r: 0, f: 0, m: 0 },
      },
      pyramid: { keyFrom: 10_000, majorFrom: 5000 },
    } as unknown as NightlyLimits;
    const tagsOf = (file: CustomerFile, on = 10) => standing(file, on, {}, limits).ruleTags;
    expect(tagsOf(fileOf({ on: 0, amount: 10_000 }))).toEqual(['key']);
    expect(tagsOf(fileOf({ on: 0, amount: 9999 }))).toEqual(['major']);
    expect(tagsOf(fileOf({ on: 0, amount: 4999 }))).toEqual(['potential']);
    expect(tagsOf(fileOf({ on: 0, amount: 10_000 }), 366)).toEqual(['potential']);
    expect(tagsOf(emptyFile('c_1'))).toEqual(['target']);
    expect(standing(fileOf({ on: 0, amount: 10_000 }), 10).ruleTags).toEqual([]);
    expect(standing(fileOf({ on: 0, amount: 10_000 }), 10, { baseCurrency: 'EUR' }, limits).ruleTags).toEqual([]);
  });
});

describe('preferences', () => {
  test('begin with the second purchase: the category of the largest share, the band of the middle line', () => {
    const tea = { on: 0, amount: 3000, category: 'Tea' };
    expect(standing(fileOf(tea), 5).preferences).toEqual({});
    const honey = { on: 1, amount: 7000, category: 'Honey' };
    expect(standing(fileOf(tea, honey, { ...tea, on: 2, amount: 4500 }), 5).preferences).toEqual({
      category: 'Tea',
      priceBand: { from: 2000, below: 5000 },
    });
    expect(standing(fileOf(tea, honey), 366).preferences).toEqual({});
  });

  test('know no category of what went back', () => {
    const back = { on: 1, amount: 7000, category: 'Honey', refunds: [{ amount: 6999 }] };
    expect(standing(fileOf({ on: 0, amount: 100, category: 'Tea' }, back), 5).preferences.category).toBe('Tea');
  });
});

describe('tiers and points through the recording of webhooks', () => {
  const levels = defaultSettings.tiers.levels.map((level, index) => ({ ...level, spend: String(index * 4) }));
  const settings: Settings = {
    ...defaultSettings,
    tiers: { ...defaultSettings.tiers, levels },
    points: { newcomerMultiplier: '1', expiryMonths: null },
  };
  const byFacts = (files: Iterable<CustomerFile>) =>
    [...files]
      .filter(hasSubstance)
      .map((file) => {
        const { tier, tierSince, points } = customerStanding(file, settings, undefined, recordedAt);
        return `${canonicalJson(factsOf(file))} ${canonicalJson([tier?.id, tierSince, points])}`;
      })
      .sort();

  test('are the same in any order of orders and refunds, and what a count by hand gives', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDelivery, async ({ inOrder, shuffled }) => {
        const [one, other] = [new MemoryCustomerStore(), new MemoryCustomerStore()];
        await recordAll(inOrder, one, settings);
        await recordAll(shuffled, other, settings);
        expect(byFacts(other.livingFiles())).toEqual(byFacts(one.livingFiles()));
        const orders = joined(inOrder);
        for (const file of one.livingFiles()) {
          const { tier, points } = customerStanding(file, settings, undefined, recordedAt);
          const own = [...file.orders.keys()].flatMap((ref) => orders.get(ref) ?? []);
          expect(points.balance).toBe(own.reduce((sum, order) => sum + naivePoints(order), 0));
          expect(points.movements.reduce((sum, movement) => sum + movement.points, 0)).toBe(points.balance);
          expect(tier?.id).toBe(naiveTier(own));
        }
      }),
      { numRuns: runsOf(200) },
    );
  });
});

function joined(hooks: readonly Order[]): Map<string, Order> {
  const orders = new Map<string, Order>();
  for (const hook of hooks) {
    const ref = orderRef(hook.shop, hook.id);
    const known = orders.get(ref);
    orders.set(ref, known ? joinOrders(known, hook) : hook);
  }
  return orders;
}

/** Every multiplier is 1: what is left of the order, in whole major units. */
function naivePoints(order: Order): number {
  const total = order.description?.value.total;
  if (paidAtOf(order) === undefined || total === undefined || isRefundedInFull(order)) return 0;
  return Math.floor(Math.max(0, total - refundedAmount(order)) / 100);
}

function naiveTier(orders: readonly Order[]): string | undefined {
  const amounts = orders.flatMap((order) => purchaseOf(order, zone)?.amount ?? []);
  if (amounts.length === 0) return undefined;
  const spend = amounts.reduce((sum, amount) => sum + amount, 0);
  return ['regular', 'senior', 'vip', 'supreme'][Math.min(3, Math.floor(spend / 400))];
}
