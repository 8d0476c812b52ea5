import { describe, expect, test } from 'vitest';
import type { CustomerFile, OrderEntry } from '../../../shared/domain/customers/customer-file.ts';
import type { Journey } from '../../../shared/domain/journeys/journey.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import type { TouchPlan } from '../../../shared/domain/touches/touch.ts';
import { journeyCalledFor } from '../../../shared/usecases/journeys/called-for.ts';
import { presetJourneys } from '../../../shared/usecases/journeys/preset-journeys.ts';
import { calledForBy } from '../../../shared/usecases/messages/called-for.ts';
import { aFile, aTouch, day, hour, journeysOf, noon, north } from '../../support/touches.ts';

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

interface Asked {
  readonly about?: Order;
  readonly shop?: typeof north | null;
  readonly change?: Partial<Journey>;
  readonly others?: readonly Order[];
  readonly holds?: boolean;
}

async function why(plan: Partial<TouchPlan>, file: CustomerFile, asked: Asked = {}) {
  const { about, shop = north, change, others = [], holds = true } = asked;
  const touch = aTouch(plan);
  const journeys = presetJourneys.map((one) =>
    one.id === touch.origin.id ? { ...one, enabled: true, ...change } : one,
  );
  const stored = (one: Order) => ({ value: { order: one }, version: 1 });
  const rows = new Map(others.map((one) => [`${one.shop}#${one.id}`, stored(one)]));
  const none = new Map();
  const calledFor = calledForBy({
    journey: journeyCalledFor({
      journeys: journeysOf(new Map(journeys.map((one) => [one.id, one]))),
      touches: {
        readLive: async ({ orders = [] }) => ({
          files: none,
          contacts: none,
          addresses: none,
          touches: none,
          enrolments: none,
          orders: new Map([...orders].flatMap((ref) => (rows.has(ref) ? [[ref, rows.get(ref)] as never] : []))),
        }),
      },
      settings: { settings: async () => defaultSettings },
      holds: async () => holds,
    }),
  });
  const scene = { file, order: () => about && { order: about }, shopOf: () => shop ?? undefined };
  const answer = await calledFor.whyNotNow(touch, scene, noon);
  if (!answer) return undefined;
  return 'reason' in answer ? `${answer.type}: ${answer.reason}` : answer.type;
}

describe('right before it leaves', () => {
  test('a confirmation is called for while its order is a purchase of this customer', async () => {
    const file = aFile({ orders: new Map([bought(0)]) });
    expect(await why(confirmation, file, { about: order() })).toBeUndefined();
    const refunds = [{ at: noon, value: { id: 'r', amount: 100, at: noon, status: 'success' as const } }];
    expect(await why(confirmation, file, { about: order({ refunds }) })).toBe('gone: cancelled');
    expect(await why(confirmation, file)).toBe('gone: order_moved');
    // Its identities were taken apart meanwhile: it is somebody else's order.
    expect(await why(confirmation, aFile(), { about: order() })).toBe('gone: order_moved');
  });

  test('a greeting is called for while the customer is silent', async () => {
    const silent = aFile({ orders: new Map([bought(91)]) });
    const greeting = { occurrence: 'silent 2026-11-23' };
    expect(await why(greeting, silent)).toBeUndefined();
    expect(await why(greeting, aFile({ orders: new Map([bought(0)]) }))).toBe('gone: stage.left');
  });

  test('nothing is while its journey is off, or on for other shops, or its shop is gone', async () => {
    const file = aFile({ orders: new Map([bought(0)]) });
    const about = order();
    expect(await why(confirmation, file, { about, change: { enabled: false } })).toBe('gone: journey_off');
    const [preset] = presetJourneys.filter(({ id }) => id === 'order-confirmation');
    if (!preset) throw new Error('the preset is gone');
    const elsewhere = { definition: { ...preset.definition, shops: ['south'] } };
    expect(await why(confirmation, file, { about, change: elsewhere })).toBe('gone: journey_off');
    expect(await why(confirmation, file, { about, shop: null })).toBe('gone: shop_gone');
    const unknown = { ...confirmation, origin: { type: 'journey', id: 'none', version: 1, step: 'confirm' } } as const;
    expect(await why(unknown, file, { about })).toBe('gone: journey_off');
  });

  test('a message of a version that is not kept is not', async () => {
    const file = aFile({ orders: new Map([bought(0)]) });
    const origin = { type: 'journey', id: 'order-confirmation', version: 7, step: 'confirm' } as const;
    expect(await why({ ...confirmation, origin }, file, { about: order() })).toBe('gone: journey_off');
  });

  test('everything waits while its journey is paused, but for what is over', async () => {
    const file = aFile({ orders: new Map([bought(0)]) });
    const change = { pausedAt: noon - hour };
    expect(await why(confirmation, file, { about: order(), change })).toBe('wait: paused');
    const refunds = [{ at: noon, value: { id: 'r', amount: 100, at: noon, status: 'success' as const } }];
    expect(await why(confirmation, file, { about: order({ refunds }), change })).toBe('gone: cancelled');
  });

  test('what nobody planned by a journey stays asked for', async () => {
    expect(await why({ origin: { type: 'message', id: 'm', version: 1, step: 'send' } }, aFile())).toBeUndefined();
  });

  test('what ends when its filter holds no more asks the filter', async () => {
    const silent = aFile({ orders: new Map([bought(91)]) });
    const [preset] = presetJourneys.filter(({ id }) => id === 'turned-silent');
    if (!preset) throw new Error('the preset is gone');
    const filter = { field: 'gender', op: 'eq', value: 'female' } as const;
    const change = { definition: { ...preset.definition, filter, exit: ['rule' as const] } };
    expect(await why({}, silent, { change })).toBeUndefined();
    expect(await why({}, silent, { change, holds: false })).toBe('gone: rule');
  });
});

describe('a payment reminder, right before it leaves', () => {
  const unpaid = (changes: Partial<Order> = {}) => order({ milestones: { createdAt: noon - hour }, ...changes });
  const reminder: Partial<TouchPlan> = {
    origin: { type: 'journey', id: 'payment-reminder-new', version: 1, step: 'notice' },
    occurrence: 'unpaid north#1',
    order: 'north#1',
    occurredAt: noon - hour,
  };
  const waits = (id: string, statedAt: number): [string, OrderEntry] => [`north#${id}`, { statedAt }];

  test('is called for while its order waits to be paid', async () => {
    const file = aFile({ orders: new Map([waits('1', noon - hour)]) });
    expect(await why(reminder, file, { about: unpaid() })).toBeUndefined();
    expect(await why(reminder, file, { about: order() })).toBe('gone: paid');
    const cancelled = unpaid({ milestones: { createdAt: noon - hour, cancelledAt: noon } });
    expect(await why(reminder, file, { about: cancelled })).toBe('gone: cancelled');
  });

  test('of several orders that wait speaks of the newest alone', async () => {
    const file = aFile({ orders: new Map([waits('1', noon - hour), waits('2', noon - 1)]) });
    const newer = unpaid({ id: '2', statedAt: noon + 1, milestones: { createdAt: noon - 1 } });
    const about = unpaid();
    expect(await why(reminder, file, { about, others: [newer] })).toBe('gone: order');
    const paid = { ...newer, milestones: { createdAt: noon - 1, paidAt: noon } };
    expect(await why(reminder, file, { about, others: [paid] })).toBeUndefined();
  });
});
