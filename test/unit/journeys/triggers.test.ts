import { describe, expect, test } from 'vitest';
import {
  type CustomerFile,
  contributionOf,
  emptyFile,
  withOrder,
} from '../../../shared/domain/customers/customer-file.ts';
import { type DayMarks, dayMarksOf } from '../../../shared/domain/journeys/day-marks.ts';
import { enrolled, isForShop, mayEnter, moved, newsOf } from '../../../shared/domain/journeys/enter.ts';
import { journeySchema, type Trigger, triggerSchema } from '../../../shared/domain/journeys/journey.ts';
import { firstPurchase, lastPurchase } from '../../../shared/domain/journeys/last-purchase.ts';
import { nextDayMark } from '../../../shared/domain/journeys/next-day-mark.ts';
import { occurrencesOfOrder } from '../../../shared/domain/journeys/order-occurrences.ts';
import { triggerVariables } from '../../../shared/domain/journeys/trigger-variables.ts';
import { occurrencesOfEvents, occurrencesOfFile, segmentEntry } from '../../../shared/domain/journeys/triggers.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { anOrder, at, journeyOf, shown } from '../../support/journey-world.ts';

const noDayMarks: DayMarks = { sincePurchase: [], birthday: [], anniversary: false };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const zone = 'Asia/Shanghai';
const made = at('2026-03-02 10:00');
const later = made + 400 * DAY;
const trigger = (input: object): Trigger => triggerSchema.parse(input);
const ofOrder = (input: object, order: Order, now = later) => occurrencesOfOrder(trigger(input), order, zone, now);
const fileOf = (...orders: Order[]): CustomerFile =>
  orders.reduce((file, order) => withOrder(file, contributionOf(order, zone)), emptyFile('anna'));
const ofFile = (input: object, file: CustomerFile, now: number, settings = defaultSettings) =>
  occurrencesOfFile(trigger(input), file, zone, settings, now);
const bought = (text: string, total = 10_000, id = text) =>
  anOrder({ id, total, createdAt: at(text), paidAt: at(text) });
const saying = (statements: Record<string, string | boolean>, at_ = made): CustomerFile => ({
  ...emptyFile('anna'),
  statements: Object.fromEntries(
    Object.entries(statements).map(([field, value]) => [field, { value, at: at_, ref: 'u' }]),
  ),
});

describe('orders', () => {
  const paid = anOrder({ createdAt: made, paidAt: made + HOUR });

  test('an occurrence is named after its cause, and says whose shop and order', () => {
    expect(ofOrder({ on: 'order.paid' }, paid)).toEqual([
      { name: 'paid north#1', at: made + HOUR, order: 'north#1', shop: 'north' },
    ]);
  });

  test.each([
    [
      'paid back',
      anOrder({
        createdAt: made,
        paidAt: made + HOUR,
        refunds: [{ id: 'r', amount: 10_000, at: later, status: 'success' }],
      }),
    ],
    ['called off', anOrder({ createdAt: made, paidAt: made + HOUR, cancelledAt: made + DAY })],
    ['a test', anOrder({ createdAt: made, paidAt: made + HOUR, description: { test: true } })],
    ['of which only parts have come', (({ description: _none, ...rest }) => rest)(paid) as Order],
  ])('nothing of one that is %s', (_name, order) => {
    const shipped = { ...order, milestones: { ...order.milestones, shippedAt: made + 2 * HOUR } };
    expect(ofOrder({ on: 'order.paid' }, order)).toEqual([]);
    expect(ofOrder({ on: 'order.shipped' }, shipped)).toEqual([]);
  });

  test('what lies ahead of now has not happened', () => {
    expect(ofOrder({ on: 'order.paid' }, paid, made + HOUR - 1)).toEqual([]);
    expect(ofOrder({ on: 'order.paid' }, paid, made + HOUR)).toHaveLength(1);
  });

  test('each exception by itself, the first time it goes out, signed for as delivered', () => {
    const order = anOrder({
      createdAt: made,
      tracking: [
        { code: 'out_for_delivery', at: made + 2 * HOUR },
        { code: 'exception', at: made + 3 * HOUR },
        { code: 'Exception', at: made + DAY },
        { code: 'OUT-FOR-DELIVERY', at: made + 2 * DAY },
        { code: 'signed', at: made + 2 * DAY + HOUR },
      ],
    });
    const times = (on: string) => ofOrder({ on }, order).map((one) => one.at - made);
    expect(times('order.outForDelivery')).toEqual([2 * HOUR]);
    expect(times('order.exception')).toEqual([3 * HOUR, DAY]);
    expect(times('order.delivered')).toEqual([2 * DAY + HOUR]);
    expect(new Set(ofOrder({ on: 'order.exception' }, order).map(({ name }) => name)).size).toBe(2);
  });

  test('received is news of the delivery, at the same wall time of a later day', () => {
    const received = { on: 'order.received', afterDelivery: 3, afterShipping: 7 };
    const shipped = anOrder({ createdAt: made, shippedAt: made + DAY });
    const delivered = anOrder({ createdAt: made, shippedAt: made + DAY, deliveredAt: made + 2 * DAY });
    expect(ofOrder(received, shipped, made + 2 * DAY)).toMatchObject([{ at: made + 8 * DAY, newsAt: made + DAY }]);
    expect(ofOrder(received, delivered, made + 2 * DAY)).toMatchObject([
      { at: made + 5 * DAY, newsAt: made + 2 * DAY },
    ]);
    const names = [shipped, delivered].map((order) => ofOrder(received, order)[0]?.name);
    expect(names[0]).toBe(names[1]);
  });

  test('refunds, each with each of its states, or with one', () => {
    const refund = { id: 'r1', amount: 1_234, at: made + DAY, status: 'requested' as const };
    const order = anOrder({
      createdAt: made,
      paidAt: made,
      refunds: [refund, { ...refund, id: 'r2', status: 'success' }],
    });
    expect(ofOrder({ on: 'refund.changed' }, order).map(({ name }) => name)).toEqual([
      'refund r1 requested north#1',
      'refund r2 success north#1',
    ]);
    expect(ofOrder({ on: 'refund.changed', status: 'success' }, order)).toMatchObject([
      { at: made + DAY, vars: { refundStatus: 'success', refundAmount: '12.34', currency: 'CNY' } },
    ]);
  });
});

describe('files', () => {
  test('the first purchase that is one still', () => {
    const [one, two] = [bought('2026-03-01 10:00'), bought('2026-03-05 10:00')];
    const back = {
      ...one,
      refunds: [{ value: { id: 'r', amount: 10_000, at: made, status: 'success' as const }, at: made }],
    };
    expect(ofFile({ on: 'purchase.first' }, fileOf(one, two), later)).toMatchObject([
      { order: 'north#2026-03-01 10:00' },
    ]);
    expect(ofFile({ on: 'purchase.first' }, fileOf(back, two), later)).toMatchObject([
      { order: 'north#2026-03-05 10:00' },
    ]);
    expect(ofFile({ on: 'purchase.first' }, emptyFile('anna'), later)).toEqual([]);
  });

  test('a stage since the day it was entered', () => {
    const file = fileOf(bought('2026-01-20 16:00'));
    expect(ofFile({ on: 'stage.entered', stage: 'silent' }, file, at('2026-04-21 00:00'))).toEqual([
      { name: 'silent 2026-04-21', at: at('2026-04-21 00:00'), shop: 'north', vars: { stage: 'silent' } },
    ]);
    expect(ofFile({ on: 'stage.entered', stage: 'silent' }, file, at('2026-04-20 23:59'))).toEqual([]);
  });

  test('a tag by hand, named after when it was given; not one taken back', () => {
    const vip = { on: 'tag.added', tag: 'vip' };
    expect(ofFile(vip, saying({ 'tag.vip': true }), later)).toEqual([{ name: `tag vip ${made}`, at: made }]);
    expect(ofFile(vip, saying({ 'tag.vip': false }), later)).toEqual([]);
    expect(ofFile(vip, saying({ 'tag.other': true }), later)).toEqual([]);
  });

  test('a date is found from two days before its own day on, and up to three days late', () => {
    const file = fileOf(bought('2026-01-20 16:00'));
    const found = (now: number) => ofFile({ on: 'days.sincePurchase', day: 45, at: '18:00' }, file, now);
    const hour = at('2026-03-06 18:00');
    expect(found(hour)).toEqual([
      { name: 'day 45 since north#2026-01-20 16:00', at: hour, shop: 'north', vars: { days: 45 } },
    ]);
    const first = at('2026-03-06 00:00') - 50 * HOUR;
    expect([first - 1, first, hour + 3 * DAY, hour + 3 * DAY + 1].map((now) => found(now).length)).toEqual([
      0, 1, 1, 0,
    ]);
  });

  test('of two purchases at one moment the greater number is the last, the smaller the first', () => {
    const both = [bought('2026-01-20 16:00', 100, 'b'), bought('2026-01-20 16:00', 100, 'a')];
    for (const orders of [both, both.toReversed()]) {
      const file = fileOf(...orders);
      expect([firstPurchase(file, later)?.ref, lastPurchase(file, later)?.ref]).toEqual(['north#a', 'north#b']);
    }
    expect(lastPurchase(fileOf(...both), at('2026-01-20 15:59'))).toBeUndefined();
  });

  describe('tiers', () => {
    const [small, big, huge] = [
      bought('2026-01-01 10:00', 100),
      bought('2026-02-01 10:00', 60_000),
      bought('2026-03-01 10:00', 300_000),
    ];
    const rises = (orders: Order[], input: object = {}) =>
      ofFile({ on: 'tier.up', ...input }, fileOf(...orders), later);

    test('a rise, with the tier’s names', () => {
      expect(rises([small, big])).toEqual([
        {
          name: `tier senior ${at('2026-02-01 10:00')}`,
          at: at('2026-02-01 10:00'),
          shop: 'north',
          vars: { tier: 'senior', tierEn: expect.any(String), tierZh: expect.any(String) },
        },
      ]);
    });

    test('the first tier is none, unless it is asked for by name', () => {
      expect(rises([small])).toEqual([]);
      expect(rises([small], { tier: 'regular' })).toHaveLength(1);
      expect(rises([small, big, huge], { tier: 'senior' })).toEqual([]);
      expect(rises([small, big, huge], { tier: 'vip' })).toHaveLength(1);
    });

    test('a fall is none, even down to a tier held before', () => {
      const refund = { id: 'r', amount: 300_000, at: at('2026-03-02 10:00'), status: 'success' as const };
      const back = { ...huge, refunds: [{ value: refund, at: refund.at }] };
      expect(rises([small, big, back])).toMatchObject([{ at: at('2026-02-01 10:00') }]);
      const granted = { ...fileOf(small), statements: { 'grant.vip': { value: '2026-05-01', at: made, ref: 'u' } } };
      const during = ofFile({ on: 'tier.up' }, granted, at('2026-04-01 10:00'));
      expect(during).toMatchObject([{ at: made, vars: { tier: 'vip' } }]);
      expect(ofFile({ on: 'tier.up' }, granted, at('2026-05-02 10:00'))).toEqual([]);
    });

    test('near the next, named after the purchase that brought it there', () => {
      const near = (...orders: Order[]) => ofFile({ on: 'tier.near', percent: 10 }, fileOf(...orders), later);
      const orders = [
        bought('2026-01-01 10:00', 44_999),
        bought('2026-02-01 10:00', 1),
        bought('2026-03-01 10:00', 4_000),
      ];
      expect(near(...orders.slice(0, 1))).toEqual([]);
      expect(near(...orders.slice(0, 2))).toMatchObject([
        {
          name: 'near senior north#2026-02-01 10:00',
          at: at('2026-02-01 10:00'),
          vars: { tier: 'senior', missing: '50.00', basis: 'spend', currency: 'CNY' },
        },
      ]);
      expect(near(...orders)).toMatchObject([
        { name: 'near senior north#2026-02-01 10:00', vars: { missing: '10.00' } },
      ]);
      expect(near(...orders, bought('2026-04-01 10:00', 1_000))).toEqual([]);
    });
  });

  test('events of the type, each once, however they came', () => {
    const checkout = trigger({ on: 'event', type: 'checkout_started' });
    const events = [
      { type: 'checkout_started', at: made, product: 'tea', key: 'k1' },
      { type: 'viewed', at: made },
      { type: 'checkout_started', at: made + HOUR },
      { type: 'checkout_started', at: later + 1 },
    ];
    expect(occurrencesOfEvents(checkout, events, emptyFile('anna'), later)).toEqual([
      { name: 'event k1', at: made, vars: { product: 'tea' } },
      { name: `event checkout_started ${made + HOUR}`, at: made + HOUR },
    ]);
    expect(occurrencesOfEvents(trigger({ on: 'order.paid' }), events, emptyFile('anna'), later)).toEqual([]);
  });

  test('a segment, as of when it was seen', () => {
    expect(segmentEntry('tea', fileOf(bought('2026-01-01 10:00')), made)).toEqual({
      name: `segment tea ${made}`,
      at: made,
      shop: 'north',
      vars: { segment: 'tea' },
    });
  });

  test('what a trigger says it brings is what it brings', () => {
    const orders = [
      bought('2026-01-20 10:00', 100),
      bought('2026-02-20 10:00', 46_000),
      bought('2026-03-20 10:00', 10_000),
    ];
    const brings = (input: object, file: CustomerFile, now: number) =>
      ofFile(input, file, now).map(({ vars = {} }) => Object.keys(vars).sort())[0];
    const promised = (input: object) => Object.keys(triggerVariables(trigger(input))).sort();
    for (const [input, file, now] of [
      [{ on: 'tier.up' }, fileOf(...orders), later],
      [{ on: 'tier.near', percent: 10 }, fileOf(...orders.slice(0, 2)), later],
      [{ on: 'days.sincePurchase', day: 45 }, fileOf(...orders.slice(0, 1)), at('2026-03-06 10:00')],
      [{ on: 'anniversary' }, fileOf(...orders), at('2027-01-20 10:00')],
      [{ on: 'stage.entered', stage: 'silent' }, fileOf(...orders.slice(0, 1)), at('2026-04-21 10:00')],
    ] as const) {
      expect(brings(input, file, now)).toEqual(promised(input));
    }
    expect(triggerVariables(trigger({ on: 'order.paid' }))).toEqual({});
  });
});

describe('entering', () => {
  const journey = (input: object, enabledAt?: number) =>
    journeyOf(journeySchema.parse({ id: 'j', name: 'J', steps: [{ wait: { days: 1 } }], ...input }), enabledAt);
  const paid = journey({ trigger: { on: 'order.paid' } }, made);
  const daily = journey({ trigger: { on: 'birthday' } }, made);
  const occurrence = { name: 'x', at: made };

  test('old news is stale after 24 hours, a date never, and neither is made up for', () => {
    const news = (one: typeof paid, now: number, what = occurrence) => newsOf(what, one, defaultSettings, now);
    expect([news(paid, made + DAY), news(paid, made + DAY + 1)]).toEqual(['new', 'stale']);
    expect(news(daily, made + 3 * DAY)).toBe('new');
    expect([news(paid, made, { name: 'x', at: made - 1 }), news(daily, made, { name: 'x', at: made - 1 })]).toEqual([
      'before',
      'before',
    ]);
    expect(newsOf({ ...occurrence, newsAt: made - 1 }, paid, defaultSettings, made)).toBe('before');
  });

  test('again each time, once, or after some days; who was filtered out has not been in', () => {
    const been = (state: 'done' | 'filtered' | 'stale', days: number) => ({ state, at: made - days * DAY });
    const may = (reentry: object | string, ...earlier: ReturnType<typeof been>[]) =>
      mayEnter(journey({ trigger: { on: 'order.paid' }, reentry }).definition, earlier, made);
    expect(may('each', been('done', 0))).toBe(true);
    expect([may('once'), may('once', been('done', 900)), may('once', been('filtered', 1), been('stale', 1))]).toEqual([
      true,
      false,
      true,
    ]);
    expect([may({ days: 7 }, been('done', 7)), may({ days: 7 }, been('done', 6.9))]).toEqual([true, false]);
  });

  test('for some shops, or all', () => {
    expect([isForShop({}, 'a'), isForShop({ shops: ['a'] }, 'a'), isForShop({ shops: ['a'] }, 'b')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isForShop({ shops: ['a'] }, undefined)).toBe(true);
  });

  test('a cause that turns out to lie elsewhere moves who has not begun', () => {
    const waiting = enrolled('anna', paid, { ...occurrence, at: later });
    expect(moved(waiting, { name: 'x', at: later - DAY })).toMatchObject({
      at: later - DAY,
      since: later - DAY,
      dueAt: later - DAY,
    });
    expect(moved(waiting, { name: 'x', at: later })).toBeUndefined();
    expect(moved({ ...waiting, place: 1 }, occurrence)).toBeUndefined();
    expect(moved({ ...waiting, state: 'left' }, occurrence)).toBeUndefined();
  });
});

describe('day marks', () => {
  const marks = { sincePurchase: [45, 90], birthday: [0, 3], anniversary: true };
  const nextMarks = (file: CustomerFile, from: number, count: number, asked: DayMarks = marks) => {
    const found: string[] = [];
    let now: number | undefined = from;
    while (found.length < count && now !== undefined) {
      now = nextDayMark(file, asked, zone, now);
      if (now !== undefined) found.push(shown(now, zone));
    }
    return found;
  };

  test('a day before each day, in order, for years', () => {
    const file = {
      ...fileOf(bought('2026-01-20 16:00')),
      statements: saying({ birthday: '1992-02-29' }).statements,
    };
    expect(nextMarks(file, at('2026-01-20 16:00'), 8)).toEqual([
      '2026-02-24 00:00',
      '2026-02-27 00:00',
      '2026-03-05 00:00',
      '2026-04-19 00:00',
      '2027-01-19 00:00',
      '2027-02-24 00:00',
      '2027-02-27 00:00',
      '2028-01-19 00:00',
    ]);
  });

  test('on the customer’s own clock', () => {
    const file = saying({ birthday: '1990-06-15', timezone: 'America/New_York' });
    const mark = nextDayMark(file, { ...noDayMarks, birthday: [0] }, 'America/New_York', made) ?? 0;
    expect(shown(mark, 'America/New_York')).toBe('2026-06-14 00:00');
  });

  test('sixty days before a birthday in February, of the year after next', () => {
    expect(
      nextMarks(saying({ birthday: '1990-02-10' }), at('2026-12-20 12:00'), 1, { ...noDayMarks, birthday: [60] }),
    ).toEqual(['2027-12-11 00:00']);
  });

  test('nothing where no journey waits for a date, or nothing is known', () => {
    expect(nextDayMark(saying({ birthday: '1990-06-15' }), noDayMarks, zone, made)).toBeUndefined();
    expect(nextDayMark(emptyFile('anna'), marks, zone, made)).toBeUndefined();
    expect(nextDayMark(saying({ birthday: 'unknown' }), marks, zone, made)).toBeUndefined();
  });

  test('what triggers ask for, each once', () => {
    const triggers = [
      { on: 'days.sincePurchase', day: 90 },
      { on: 'days.sincePurchase', day: 45 },
      { on: 'days.sincePurchase', day: 90 },
      { on: 'birthday', daysBefore: 3 },
      { on: 'order.paid' },
    ].map(trigger);
    expect(dayMarksOf(triggers)).toEqual({ sincePurchase: [45, 90], birthday: [3], anniversary: false });
    expect(dayMarksOf([trigger({ on: 'order.paid' })])).toEqual(noDayMarks);
  });
});
