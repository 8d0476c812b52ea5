import { describe, expect, test } from 'vitest';
import {
  type CustomerFile,
  contributionOf,
  emptyFile,
  withOrder,
} from '../../../shared/domain/customers/customer-file.ts';
import { type Entered, exitReasonOf, otherOrders } from '../../../shared/domain/journeys/exits.ts';
import { type JourneyDefinition, journeySchema } from '../../../shared/domain/journeys/journey.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { anOrder, at, presetJourney } from '../../support/journey-world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const made = at('2026-03-02 10:00');
const now = made + 3 * DAY;
const fileOf = (...orders: Order[]): CustomerFile =>
  orders.reduce((file, order) => withOrder(file, contributionOf(order, 'Asia/Shanghai')), emptyFile('anna'));
const journey = (on: object, exit: string[], more: object = {}): JourneyDefinition =>
  journeySchema.parse({ id: 'j', name: 'J', trigger: on, steps: [{ wait: { days: 1 } }], exit, ...more });
const entered: Entered = { at: made, order: 'north#1', occurrence: 'x', done: {} };
const bought = (id: string, paidAt: number, more: object = {}) => anOrder({ id, createdAt: paidAt, paidAt, ...more });

interface World {
  readonly orders?: readonly Order[];
  readonly order?: Order;
  readonly others?: readonly Order[];
  readonly holds?: boolean;
}
function reasonOf(definition: JourneyDefinition, world: World, enrolment = entered) {
  const { orders = [], order, others, holds = true } = world;
  const file = fileOf(...orders, ...(order ? [order] : []));
  const facts = {
    file,
    settings: defaultSettings,
    holds: () => holds,
    ...(order && { order }),
    ...(others && { others }),
  };
  return exitReasonOf(definition, enrolment, facts, now);
}

const requested = { id: 'r', amount: 100, at: made + DAY, status: 'requested' as const };
const first = bought('1', made);

describe('exits', () => {
  const nurture = (exit: string) => journey({ on: 'purchase.first' }, [exit]);

  test.each([
    ['another purchase later', [bought('2', made + 1)], 'purchase'],
    ['at the very moment', [bought('2', made)], 'purchase'],
    ['one before', [bought('0', made - 1)], undefined],
    ['one that is to come', [bought('2', now + 1)], undefined],
    ['one that is not paid', [anOrder({ id: '2', createdAt: made + DAY })], undefined],
  ])('purchase: %s', (_name, orders, reason) => {
    expect(reasonOf(nurture('purchase'), { orders, order: first })).toBe(reason);
  });

  test.each([
    ['asked for', [requested], 'refund'],
    ['made, in part', [{ ...requested, status: 'success' as const }], 'refund'],
    ['refused', [{ ...requested, status: 'refused' as const }], undefined],
    ['none', [], undefined],
  ])('refund: %s', (_name, refunds, reason) => {
    const order = bought('1', made, { refunds });
    expect(reasonOf(nurture('refund'), { order })).toBe(reason);
    // The file alone says the same.
    expect(reasonOf(nurture('refund'), { orders: [order] })).toBe(reason);
  });

  test('an order later, paid or not; of an order of its own no more', () => {
    const checkout = journey({ on: 'event', type: 'checkout_started' }, ['order']);
    const { order: _none, ...withoutOrder } = entered;
    const madeAt = (at_: number) =>
      reasonOf(checkout, { orders: [anOrder({ id: '1', createdAt: at_ })] }, withoutOrder);
    expect([madeAt(made - 1), madeAt(made), madeAt(made + DAY)]).toEqual([undefined, 'order', 'order']);
    expect(reasonOf(journey({ on: 'order.paid' }, ['order']), { order: first })).toBeUndefined();
  });

  test('a stage left: that of the trigger, or that of the beginning', () => {
    const { order: _none, ...on } = { ...entered, at: now - HOUR };
    const silent = journey({ on: 'stage.entered', stage: 'silent' }, ['stage.left']);
    const long = bought('0', now - 100 * DAY);
    expect(reasonOf(silent, { orders: [long] }, on)).toBeUndefined();
    expect(reasonOf(silent, { orders: [long, bought('1', now - 1)] }, on)).toBe('stage.left');
    const tagged = journey({ on: 'tag.added', tag: 'x' }, ['stage.left']);
    expect(reasonOf(tagged, { orders: [long] }, on)).toBeUndefined();
    expect(reasonOf(tagged, { orders: [long, bought('1', now - 1)] }, on)).toBe('stage.left');
  });

  test('the filter holds no more', () => {
    const filter = { field: 'stage', op: 'eq', value: 'silent' };
    const definition = journey({ on: 'purchase.first' }, ['rule'], { filter });
    expect([reasonOf(definition, { holds: true }), reasonOf(definition, { holds: false })]).toEqual([
      undefined,
      'rule',
    ]);
  });

  test('without exits nothing ends it but a lost cause', () => {
    const definition = journey({ on: 'purchase.first' }, []);
    expect(
      reasonOf(definition, { orders: [bought('2', made + 1)], order: bought('1', made, { refunds: [requested] }) }),
    ).toBeUndefined();
  });
});

describe('a payment that may lie parked for want of a rate', () => {
  const inYen = anOrder({ id: '1', createdAt: made, description: { currency: 'JPY' } });
  const yen = (from: string) => [{ currency: 'JPY', from, rate: '0.05' }];

  test.each([
    ['no rate', [], 'paid'],
    ['a rate from later on', yen('2026-03-03'), 'paid'],
    ['a rate', yen('2026-03-02'), undefined],
  ])('%s: is not asked for', (_name, rates, reason) => {
    const facts = { file: fileOf(inYen), order: inYen, settings: { ...defaultSettings, rates }, holds: () => true };
    expect(exitReasonOf(journey({ on: 'order.unpaid' }, ['paid']), entered, facts, now)).toBe(reason);
  });
});

describe('lost causes', () => {
  test('a payment that was called off, or paid back', () => {
    const paid = journey({ on: 'order.paid' }, []);
    expect(reasonOf(paid, { order: first })).toBeUndefined();
    expect(reasonOf(paid, { order: bought('1', made, { cancelledAt: made + HOUR }) })).toBe('cancelled');
    const refunds = [{ ...requested, amount: 10_000, status: 'success' as const }];
    expect(reasonOf(paid, { order: bought('1', made, { refunds }) })).toBe('cancelled');
  });

  test('days since a purchase that is not the last one any more, until it has begun', () => {
    const ladder = journey({ on: 'days.sincePurchase', day: 45 }, []);
    const since = { at: made, occurrence: 'day 45 since north#1', done: {} };
    const orders = [bought('1', made - 45 * DAY)];
    expect(reasonOf(ladder, { orders }, since)).toBeUndefined();
    expect(reasonOf(ladder, { orders: [...orders, bought('2', made - DAY)] }, since)).toBe('purchase');
    expect(reasonOf(ladder, { orders: [] }, since)).toBe('purchase');
    const begun = { ...since, done: { remind: made } };
    expect(reasonOf(ladder, { orders: [...orders, bought('2', made + DAY)] }, begun)).toBeUndefined();
  });

  describe('several unpaid orders', () => {
    const reminder = presetJourney('payment-reminder-new').definition;
    const unpaid = (id: string, createdAt: number, more: object = {}) => anOrder({ id, createdAt, ...more });
    const own = unpaid('1', made);

    test.each([
      ['a newer one', unpaid('2', made + HOUR), 'order'],
      ['an older one', unpaid('2', made - HOUR), undefined],
      ['of the same moment, the greater number speaks', unpaid('2', made), 'order'],
      ['of the same moment, this is the greater', unpaid('0', made), undefined],
      ['one that is cancelled', unpaid('2', made + HOUR, { cancelledAt: made + 2 * HOUR }), undefined],
      ['one on delivery', unpaid('2', made + HOUR, { description: { awaits: 'collection' } }), undefined],
      ['one of another shop', unpaid('2', made + HOUR, { shop: 'south' }), undefined],
    ])('%s', (_name, other, reason) => expect(reasonOf(reminder, { order: own, others: [other] })).toBe(reason));

    test('which other orders have to be read', () => {
      const file = fileOf(
        own,
        unpaid('2', made + 1),
        unpaid('3', made - 1),
        unpaid('4', made + 1, { shop: 'south' }),
        bought('5', made + 1),
      );
      expect(otherOrders(reminder, entered, file)).toEqual(['north#2']);
      expect(otherOrders(journey({ on: 'order.paid' }, []), entered, file)).toEqual([]);
    });
  });
});
