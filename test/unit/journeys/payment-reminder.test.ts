import { describe, expect, test } from 'vitest';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { anOrder, at, type Happening, live, presetJourney, shown } from '../../support/journey-world.ts';

const HOUR = 3_600_000;
const both = [presetJourney('payment-reminder-new'), presetJourney('payment-reminder-returning')];
const bought = (text: string): Happening => {
  const order = anOrder({ id: 'old', createdAt: at(text), paidAt: at(text) });
  return { at: at(text), order };
};
const told = (order: Order) => {
  const times = Object.values(order.milestones);
  return { at: Math.max(...times), order };
};
const unpaid = (text: string, id = '1', more = {}) =>
  anOrder({ id, createdAt: at(text), products: ['honey'], ...more });

/** Messages of the four days after an order was made. */
function reminders(happenings: readonly Happening[], zone?: string) {
  const until = Math.max(...happenings.map((one) => one.at)) + 96 * HOUR;
  const { sent, leftOut } = live(both, happenings, { until, ...(zone && { zone }) });
  return { sent: sent.map(({ template, at: time }) => `${time} ${template}`), leftOut };
}

describe('a new customer', () => {
  test('two hours later, next day at ten by mail, at three by text', () => {
    expect(reminders([told(unpaid('2026-03-02 10:20'))])).toEqual({
      sent: [
        '2026-03-02 12:20 payment-reminder',
        '2026-03-03 10:00 payment-reminder-mail',
        '2026-03-03 15:00 payment-reminder-last',
      ],
      leftOut: [],
    });
  });

  /** Hour by hour: the notice is never sent in quiet hours, and none goes out within two hours of the mail. */
  test.each(Array.from({ length: 24 }, (_, hour) => hour))('ordered at %i:20', (hour) => {
    const made = at('2026-03-02 00:20') + hour * HOUR;
    const { sent, leftOut } = reminders([told(anOrder({ createdAt: made }))]);
    const mails = ['2026-03-03 10:00 payment-reminder-mail', '2026-03-03 15:00 payment-reminder-last'];
    // Due at 02:20 to 08:20: held back to 09:00. Due from 21:20 on: that would be an hour before the mail.
    const notice = hour <= 6 ? '2026-03-02 09:00' : hour <= 18 ? shown(made + 2 * HOUR, 'Asia/Shanghai') : undefined;
    expect(sent).toEqual(notice ? [`${notice} payment-reminder`, ...mails] : mails);
    expect(leftOut).toEqual(notice ? [] : ['payment-reminder-new/notice gives_way']);
  });
});

describe('a returning customer', () => {
  const earlier = bought('2026-01-05 12:00');

  test.each(Array.from({ length: 24 }, (_, hour) => hour))('ordered at %i:20', (hour) => {
    const made = at('2026-03-02 00:20') + hour * HOUR;
    const { sent, leftOut } = reminders([earlier, told(anOrder({ createdAt: made }))]);
    const late = hour >= 19;
    const notice = late ? '2026-03-03 09:00' : hour <= 6 ? '2026-03-02 09:00' : shown(made + 2 * HOUR, 'Asia/Shanghai');
    // The text is six hours after a notice held back over night: none gives way.
    expect(sent).toEqual([`${notice} payment-reminder`, '2026-03-03 15:00 payment-reminder-last']);
    expect(leftOut).toEqual([]);
  });
});

describe('paid at each possible moment', () => {
  const made = at('2026-03-02 10:20');
  const plan = [
    { due: made + 2 * HOUR, line: '2026-03-02 12:20 payment-reminder' },
    { due: at('2026-03-03 10:00'), line: '2026-03-03 10:00 payment-reminder-mail' },
    { due: at('2026-03-03 15:00'), line: '2026-03-03 15:00 payment-reminder-last' },
  ];
  const halfHours = Array.from({ length: 64 }, (_, index) => index / 2);

  test.each(halfHours)('%d hours after it was made', (hours) => {
    const paidAt = made + hours * HOUR;
    const { sent } = reminders([
      { at: made, order: anOrder({ createdAt: made }) },
      { at: paidAt, order: anOrder({ createdAt: made, paidAt }) },
    ]);
    expect(sent).toEqual(plan.filter(({ due }) => due < paidAt).map(({ line }) => line));
  });

  test('while the notice waits for the end of the night', () => {
    const { sent, leftOut } = reminders([
      told(unpaid('2026-03-02 05:00')),
      told(unpaid('2026-03-02 05:00', '1', { paidAt: at('2026-03-02 08:59') })),
    ]);
    expect(sent).toEqual([]);
    expect(leftOut).toEqual(['payment-reminder-new/notice paid']);
  });

  test('cancelled counts as well', () => {
    const order = unpaid('2026-03-02 10:20', '1', { cancelledAt: at('2026-03-02 20:00') });
    expect(reminders([told(unpaid('2026-03-02 10:20')), told(order)]).sent).toEqual([
      '2026-03-02 12:20 payment-reminder',
    ]);
  });
});

describe('paid meanwhile by another order', () => {
  const open = told(unpaid('2026-03-02 10:20', '1', { products: ['honey', 'tea'] }));
  const other = (products: string[], text = '2026-03-02 11:30', shop = 'north') =>
    told(anOrder({ id: '2', shop, products, createdAt: at(text), paidAt: at(text) }));

  test.each([
    ['the same goods and more', [other(['tea', 'honey', 'jam'])], 0],
    ['the same goods, by two orders', [other(['tea']), told({ ...other(['honey']).order, id: '3' })], 0],
    ['some of them', [other(['tea'])], 3],
    ['the same goods before', [other(['tea', 'honey'], '2026-03-02 09:00')], 2],
    ['goods of another shop under the same numbers', [other(['tea', 'honey'], '2026-03-02 11:30', 'south')], 3],
  ])('%s', (_name, others, messages) => {
    expect(reminders([open, ...others]).sent).toHaveLength(messages);
  });
});

test('several unpaid orders get one message each time: of the newest', () => {
  const orders = ['10:20', '10:50', '11:40'].map((time, index) => told(unpaid(`2026-03-02 ${time}`, String(index))));
  expect(reminders(orders).sent).toEqual([
    '2026-03-02 13:40 payment-reminder',
    '2026-03-03 10:00 payment-reminder-mail',
    '2026-03-03 15:00 payment-reminder-last',
  ]);
});

test.each([
  ['cash on delivery', { description: { awaits: 'collection' } }],
  ['a transfer', { description: { awaits: 'transfer' } }],
  ['an authorised card', { description: { awaits: 'capture' } }],
  ['a deposit', { description: { awaits: 'balance' } }],
  ['a test', { description: { test: true } }],
  ['nothing to pay', { total: 0 }],
])('no reminder for %s', (_name, more) => {
  expect(reminders([told(unpaid('2026-03-02 10:20', '1', more))])).toEqual({ sent: [], leftOut: [] });
});

test('old news is put on record and sends nothing', () => {
  const order = unpaid('2026-03-02 10:20');
  expect(reminders([{ at: at('2026-03-03 10:21'), order }])).toEqual({
    sent: [],
    leftOut: ['payment-reminder-new/notice stale'],
  });
});

describe('on other clocks', () => {
  test('a customer in New York on the night the clock is put forward', () => {
    const zone = 'America/New_York';
    const made = at('2026-03-07 20:30', zone);
    expect(reminders([{ at: made, order: anOrder({ createdAt: made }) }], zone)).toEqual({
      sent: ['2026-03-08 10:00 payment-reminder-mail', '2026-03-08 15:00 payment-reminder-last'],
      leftOut: ['payment-reminder-new/notice gives_way'],
    });
  });

  test('in Berlin on the night the clock is put back: two hours elapse, whatever it shows', () => {
    const zone = 'Europe/Berlin';
    const made = at('2026-10-24 23:30', zone);
    const quietHours = { from: '02:00:00', to: '02:00:00' };
    const settings = { ...defaultSettings, quietHours };
    // Two hours after half past one is half past two for the second time; the next calendar day is the same Sunday.
    const log = live(both, [{ at: made + 2 * HOUR, order: anOrder({ createdAt: made + 2 * HOUR }) }], {
      zone,
      settings,
      until: made + 72 * HOUR,
    });
    expect(log.sent.map((one) => one.at)).toEqual(['2026-10-25 02:30', '2026-10-26 10:00', '2026-10-26 15:00']);
  });

  test('ordered at seven in the evening sharp, the notice outlasts the night', () => {
    const earlier = bought('2026-01-05 12:00');
    expect(reminders([earlier, told(unpaid('2026-03-02 19:00'))]).sent[0]).toBe('2026-03-03 09:00 payment-reminder');
  });
});
