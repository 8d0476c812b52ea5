import { describe, expect, test } from 'vitest';
import { journeyPresets } from '../../../shared/domain/journeys/presets.ts';
import { defaultSettings, type Settings } from '../../../shared/domain/settings/settings.ts';
import { anOrder, at, type Happening, live, presetJourney, type WorldOptions } from '../../support/journey-world.ts';

const HOUR = 3_600_000;
const until = at('2027-01-31 00:00');

/** What presets send within the year, as `2026-03-01 10:00 template`, on the customer's clock. */
function year(presets: readonly string[], happenings: readonly Happening[], options: Partial<WorldOptions> = {}) {
  const log = live(
    presets.map((id) => presetJourney(id)),
    happenings,
    { until, ...options },
  );
  return { ...log, lines: log.sent.map(({ at: time, template }) => `${time} ${template}`) };
}
const linesOf = (...given: Parameters<typeof year>) => year(...given).lines;

const order = (text: string, more: Parameters<typeof anOrder>[0] = {}, zone?: string): Happening => {
  const paidAt = at(text, zone);
  return { at: paidAt, order: anOrder({ id: text, createdAt: paidAt - 60_000, paidAt, ...more }) };
};
const ladder = [45, 60, 90, 120, 180, 360].map((day) => `win-back-${day}`);
const newYork = { zone: 'America/New_York' };

describe('on the way of an order', () => {
  const made = at('2026-03-02 10:00');
  const facts = { id: '7', createdAt: made, paidAt: made + HOUR };
  const shippedAt = at('2026-03-03 18:30');
  const out = { code: 'Out for delivery', at: at('2026-03-05 07:10') };
  const failed = { code: 'EXCEPTION', at: at('2026-03-05 22:40') };
  const deliveredAt = at('2026-03-06 14:00');
  const presets = [
    'order-confirmation',
    'shipping-notice',
    'out-for-delivery',
    'delivery-exception',
    'delivered-thanks',
    'satisfaction-questionnaire',
  ];
  const course: Happening[] = [
    { at: made + HOUR, order: anOrder(facts) },
    { at: shippedAt, order: anOrder({ ...facts, shippedAt }) },
    { at: out.at, order: anOrder({ ...facts, shippedAt, tracking: [out] }) },
    { at: failed.at, order: anOrder({ ...facts, shippedAt, tracking: [out, failed] }) },
    { at: deliveredAt, order: anOrder({ ...facts, shippedAt, deliveredAt, tracking: [out, failed] }) },
  ];

  test('each is told at once, at any hour; thanks and the question wait for the day', () => {
    expect(linesOf(presets, course)).toEqual([
      '2026-03-02 11:00 order-confirmation',
      '2026-03-03 18:30 shipping-notice',
      '2026-03-05 07:10 out-for-delivery',
      '2026-03-05 22:40 delivery-exception',
      '2026-03-06 14:00 delivered-thanks',
      '2026-03-09 14:00 satisfaction-questionnaire',
    ]);
  });

  test('without a delivery date the question comes a week after shipping', () => {
    expect(linesOf(['satisfaction-questionnaire'], course.slice(0, 2))).toEqual([
      '2026-03-10 18:30 satisfaction-questionnaire',
    ]);
  });

  test('a delivery that is told late moves it on', () => {
    const late = at('2026-03-09 20:00');
    const told = { at: late, order: anOrder({ ...facts, shippedAt, deliveredAt: late }) };
    expect(linesOf(['satisfaction-questionnaire'], [...course.slice(0, 2), told])).toEqual([
      '2026-03-12 20:00 satisfaction-questionnaire',
    ]);
  });

  test('a refund ends it; its progress is told', () => {
    const asked = { id: 'r', amount: 10_000, at: at('2026-03-07 23:30'), status: 'requested' as const };
    const paid = { ...asked, at: at('2026-03-08 09:00'), status: 'success' as const };
    const back: Happening[] = [asked, paid].map((refund) => ({
      at: refund.at,
      order: anOrder({ ...facts, shippedAt, deliveredAt, refunds: [refund] }),
    }));
    const { lines, leftOut, enrolments } = year([...presets.slice(4), 'refund-progress'], [...course, ...back]);
    expect(lines).toEqual([
      '2026-03-06 14:00 delivered-thanks',
      '2026-03-07 23:30 refund-progress',
      '2026-03-08 09:00 refund-progress',
    ]);
    expect(leftOut).toEqual([]);
    const asks = enrolments.find(({ journey }) => journey === 'satisfaction-questionnaire');
    expect(asks).toMatchObject({ state: 'left', reason: 'refund' });
  });
});

describe('second purchase', () => {
  const first = order('2026-03-02 19:30');
  const all = ['2026-03-09 19:30 second-purchase-care', '2026-03-23 19:30 second-purchase-products'];

  test('days 7, 21 and 35 at the same wall time', () => {
    expect(linesOf(['second-purchase'], [first])).toEqual([...all, '2026-04-06 19:30 second-purchase-coupon']);
  });

  test('through the beginning of summer time, and held back over night', () => {
    const lines = linesOf(['second-purchase'], [order('2026-03-02 21:30', {}, newYork.zone)], newYork);
    expect(lines).toEqual([
      '2026-03-10 09:00 second-purchase-care',
      '2026-03-24 09:00 second-purchase-products',
      '2026-04-07 09:00 second-purchase-coupon',
    ]);
  });

  test('the next purchase ends it, and so does a refund of the first', () => {
    expect(linesOf(['second-purchase'], [first, order('2026-03-20 08:00')])).toEqual(all.slice(0, 1));
    const refund = { id: 'r', amount: 10_000, at: at('2026-03-24 12:00'), status: 'success' as const };
    const back = { ...order('2026-03-02 19:30', { refunds: [refund] }), at: refund.at };
    expect(linesOf(['second-purchase'], [first, back])).toEqual(all);
  });

  test('a second purchase enrols nobody', () => {
    const { enrolments } = year(['second-purchase'], [first, order('2026-03-20 08:00'), order('2026-09-01 08:00')]);
    expect(enrolments.map(({ occurrence }) => occurrence)).toEqual(['first north#2026-03-02 19:30']);
  });
});

describe('win-back ladder', () => {
  const steps = (zone?: string) => linesOf(ladder, [order('2026-01-20 16:00', {}, zone)], zone ? { zone } : {});
  const expected = [
    '2026-03-06 10:00 win-back-reminder',
    '2026-03-21 10:00 win-back-questionnaire',
    '2026-04-20 10:00 win-back-coupon',
    '2026-05-20 10:00 win-back-care',
    '2026-07-19 10:00 win-back-larger-coupon',
    '2027-01-15 10:00 win-back-sale',
  ];

  test('on each of its days at ten', () => expect(steps()).toEqual(expected));

  /** The day of the purchase is that of the shop, in Shanghai: 16:00 in New York is the 21st there. */
  test('at ten wherever the customer is, through both ends of summer time', () => {
    const nextDay = (line: string) =>
      line.replace(/^\d{4}-\d\d-\d\d/, (day) => new Date(Date.parse(day) + 24 * HOUR).toISOString().slice(0, 10));
    expect(steps('America/New_York')).toEqual(expected.map(nextDay));
    expect(steps('Europe/Berlin')).toEqual(expected);
    expect(steps('Pacific/Kiritimati').every((line) => line.includes(' 10:00 '))).toBe(true);
  });

  test('a purchase begins it anew', () => {
    const lines = linesOf(ladder, [order('2026-01-20 16:00'), order('2026-03-21 09:59'), order('2026-05-25 09:00')]);
    expect(lines.slice(0, 4)).toEqual([
      '2026-03-06 10:00 win-back-reminder',
      // On day 60 they had bought a minute before; then 45 and 60 days after that.
      '2026-05-05 10:00 win-back-reminder',
      '2026-05-20 10:00 win-back-questionnaire',
      '2026-07-09 10:00 win-back-reminder',
    ]);
  });

  test('switched on later, what was crossed before is not made up for', () => {
    const journeys = ladder.map((id) => presetJourney(id, at('2026-04-20 10:01')));
    const { sent } = live(journeys, [order('2026-01-20 16:00')], { until });
    expect(sent.map(({ template }) => template)).toEqual(['win-back-care', 'win-back-larger-coupon', 'win-back-sale']);
  });

  test.each([
    ['two days', '2026-03-07 12:00', ['2026-03-07 12:00 win-back-reminder']],
    ['four days', '2026-03-10 12:00', []],
  ])('after nobody looked for %s', (_name, back, expectedLines) => {
    const outage = [at('2026-03-03 00:00'), at(back)] as const;
    const lines = linesOf(['win-back-45'], [order('2026-01-20 16:00')], { outage });
    expect(lines).toEqual(expectedLines);
  });

  test('after an outage of half a year one message at most goes out', () => {
    const outage = [at('2026-02-01 00:00'), at('2026-07-20 12:00')] as const;
    expect(linesOf(ladder, [order('2026-01-20 16:00')], { outage })).toEqual([
      '2026-07-20 12:00 win-back-larger-coupon',
      '2027-01-15 10:00 win-back-sale',
    ]);
  });
});

describe('dates', () => {
  const says = (fields: Record<string, string>): Happening => ({ at: at('2026-01-10 12:00'), says: fields });
  const long = { until: at('2029-03-10 00:00') };
  /** Whoever has never bought knows no shop that could greet them. */
  const buyer = order('2026-01-08 12:00');

  test('birthdays, each year at ten', () => {
    expect(linesOf(['birthday'], [buyer, says({ birthday: '1990-06-15' })], long)).toEqual([
      '2026-06-15 10:00 birthday',
      '2027-06-15 10:00 birthday',
      '2028-06-15 10:00 birthday',
    ]);
  });

  test('who was born on 29 February, in New York', () => {
    expect(linesOf(['birthday'], [buyer, says({ birthday: '1992-02-29', timezone: newYork.zone })], long)).toEqual([
      '2026-02-28 10:00 birthday',
      '2027-02-28 10:00 birthday',
      '2028-02-29 10:00 birthday',
      '2029-02-28 10:00 birthday',
    ]);
  });

  test('lunar birthdays: the fifteenth of the eighth month, and a thirtieth that is a 29th in some years', () => {
    const lunar = (text: string) =>
      linesOf(['birthday'], [buyer, says({ birthday: '1990-06-15', 'attr.lunarBirthday': text })], long);
    expect(lunar('08-15').map((line) => line.slice(0, 10))).toEqual(['2026-09-25', '2027-09-15', '2028-10-03']);
    expect(lunar('12-30').map((line) => line.slice(0, 10))).toEqual([
      '2026-02-16',
      '2027-02-05',
      '2028-01-25',
      '2029-02-12',
    ]);
  });

  test('none for a prospect', () => {
    expect(linesOf(['birthday'], [says({ birthday: '1990-06-15' })], long)).toEqual([]);
  });

  test('one that becomes known on the day itself', () => {
    const told: Happening = { at: at('2026-06-15 11:30'), says: { birthday: '1990-06-15' } };
    expect(linesOf(['birthday'], [buyer, told])).toEqual(['2026-06-15 11:30 birthday']);
    expect(linesOf(['birthday'], [buyer, { ...told, at: at('2026-06-15 21:30') }])).toEqual([]);
  });

  test('anniversaries of the first purchase', () => {
    const bought = [order('2024-02-29 15:00'), order('2026-06-01 15:00')];
    expect(linesOf(['anniversary'], bought, { ...long, from: at('2024-02-29 15:00') })).toEqual([
      '2025-02-28 10:00 anniversary',
      '2026-02-28 10:00 anniversary',
      '2027-02-28 10:00 anniversary',
      '2028-02-29 10:00 anniversary',
      '2029-02-28 10:00 anniversary',
    ]);
  });

  test('the Spring Festival, on each one’s own clock', () => {
    const from = [order('2026-01-10 12:00')];
    expect(linesOf(['festival-greeting'], from, long).map((line) => line.slice(0, 16))).toEqual([
      '2026-02-17 10:00',
      '2027-02-06 10:00',
      '2028-01-26 10:00',
      '2029-02-13 10:00',
    ]);
    expect(linesOf(['festival-greeting'], from, { ...long, zone: 'America/Los_Angeles' })[0]).toBe(
      '2026-02-17 10:00 festival-greeting',
    );
  });
});

describe('where a customer stands', () => {
  test('has turned silent: on the day after 90, and not when they have bought before it leaves', () => {
    expect(linesOf(['turned-silent'], [order('2026-01-20 16:00')])).toEqual(['2026-04-21 09:00 turned-silent']);
    const { lines, leftOut } = year(['turned-silent'], [order('2026-01-20 16:00'), order('2026-04-21 08:00')]);
    expect(lines).toEqual(['2026-07-21 09:00 turned-silent']);
    expect(leftOut).toEqual(['turned-silent/greet stage.left']);
  });

  test('a tier up, and the next one near', () => {
    const buys: Happening[] = [
      order('2026-01-20 10:00', { total: 20_000 }),
      order('2026-02-20 11:00', { total: 26_000 }),
      order('2026-03-20 12:00', { total: 3_000 }),
      order('2026-04-20 13:00', { total: 10_000 }),
    ];
    // Senior needs 500.00: 460 is near, 490 nearer still, 590 is there. The first purchase is no rise.
    expect(linesOf(['tier-up', 'tier-near'], buys)).toEqual(['2026-02-20 11:00 tier-near', '2026-04-20 13:00 tier-up']);
  });
});

describe('abandoned checkout', () => {
  const started = (text: string): Happening => ({ at: at(text), does: 'checkout_started' });

  test('four hours later by mail, next day by text', () => {
    expect(linesOf(['abandoned-checkout'], [started('2026-05-04 11:00')])).toEqual([
      '2026-05-04 15:00 abandoned-checkout',
      '2026-05-05 15:00 abandoned-checkout',
    ]);
  });

  test.each([
    ['within the four hours', '2026-05-04 14:59', 0],
    ['after the mail', '2026-05-04 20:00', 1],
  ])('an order %s ends it, paid or not', (_name, text, messages) => {
    const made = { at: at(text), order: anOrder({ createdAt: at(text) }) };
    expect(linesOf(['abandoned-checkout'], [started('2026-05-04 11:00'), made])).toHaveLength(messages);
  });

  test('who starts again and again is reminded once in three days', () => {
    const starts = ['2026-05-04 11:00', '2026-05-04 11:40', '2026-05-06 12:00', '2026-05-07 11:00'].map(started);
    expect(linesOf(['abandoned-checkout'], starts)).toHaveLength(4);
  });
});

test('all presets at once, in a year of one customer: nothing twice, nothing at night but notices', () => {
  const settings: Settings = defaultSettings;
  const happenings = [order('2026-01-20 16:00'), order('2026-06-10 23:00'), order('2026-06-30 12:00')];
  const { sent } = year(
    journeyPresets.map(({ definition }) => definition.id),
    [{ at: at('2026-01-19 12:00'), says: { birthday: '1988-10-26' } }, ...happenings],
    { zone: 'Europe/Berlin', settings },
  );
  const keys = sent.map(({ journey, step, at: time }) => `${journey} ${step} ${time}`);
  expect(new Set(keys).size).toBe(keys.length);
  const atNight = sent.filter(({ at: time }) => time.slice(11) < '09:00' || time.slice(11) >= '21:00');
  expect(atNight.map(({ template }) => template).filter((template) => template !== 'order-confirmation')).toEqual([]);
  expect(sent.length).toBeGreaterThan(10);
});
