import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../../infra/local/seeded-random.ts';
import { openFacts } from '../../../shared/adapters/facts/open-facts.ts';
import type { ReportParameters } from '../../../shared/adapters/facts/reports/definition.ts';
import { reports } from '../../../shared/adapters/facts/reports/registry.ts';
import { runReport } from '../../../shared/adapters/facts/reports/run-report.ts';
import { parseDay } from '../../../shared/domain/calendar.ts';
import { planned, type Touch } from '../../../shared/domain/touches/touch.ts';
import { factsOfTouch } from '../../../shared/usecases/census/facts-of-touch.ts';
import { type NaiveAsk, naiveReports } from '../../support/naive-reports.ts';
import { dayAfter } from '../../support/naive-stages.ts';
import {
  dayText,
  factsOfOrders,
  type RawBase,
  type RawOrder,
  type RawTouch,
  randomBase,
} from '../../support/raw-orders.ts';
import { type FactRow, factsFolder, writeFacts } from '../../support/write-facts.ts';

const folder = factsFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hour = 3_600_000;
const dayMs = 24 * hour;
const names = ['wake-up-rate', 'activation-rate', 'messages'] as const;

function touchOf(raw: RawTouch, id: string): Touch {
  const { customer, campaign, sentAt, deliveredAt, isBounced, coupon, openedAt, parts, credited } = raw;
  const plan = {
    customer,
    origin: { type: 'journey', id: campaign, version: 1, step: 'only' },
    occurrence: id,
    channel: 'sms',
    class: 'promotional',
    purpose: 'other',
    priority: 1,
    template: 'come-back',
    ...(coupon !== undefined && { coupon }),
    occurredAt: sentAt,
    expiresAt: sentAt + dayMs,
  } as const;
  const reactions = {
    ...(deliveredAt !== null && { delivered: deliveredAt }),
    ...(isBounced && { bounced: sentAt + hour }),
    ...(openedAt !== undefined && { opened: openedAt }),
  };
  return {
    ...planned(plan, id, sentAt, sentAt),
    ...{ state: 'sent', sentAt, reactions },
    ...(parts !== undefined && { parts }),
    ...(credited && { credited: { ...credited, discount: 0 } }),
  };
}

/** With some messages to each customer: within two years, close to the limits of stages, just before and after purchases. */
function withTouches(base: RawBase, seed: number): RawBase & { readonly touches: readonly RawTouch[] } {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <T>(values: readonly T[]) => values[below(values.length)] as T;
  const touches = base.customers.flatMap(({ id: customer }) => {
    const paid = base.orders.flatMap((order) => (order.customer === customer ? (order.paidAt ?? []) : []));
    return Array.from({ length: oneOf([0, 2, 4, 6]) }, (): RawTouch => {
      const anywhere = base.asOf - below(700) * dayMs - below(24) * hour;
      const near = oneOf([...paid, anywhere]) + oneOf([180, 181, 182, 359, 360, 361, 362, 0, -1, -1, -30]) * dayMs;
      const sentAt = Math.min(oneOf([anywhere, near, near + below(24) * hour]), base.asOf - 2 * hour);
      const deliveredAt = oneOf([null, sentAt + 1000, sentAt + hour]);
      return {
        customer,
        campaign: oneOf(['turned-silent', 'spring', 'autumn']),
        sentAt,
        deliveredAt,
        isBounced: below(8) === 0,
        ...(below(3) === 0 && { coupon: oneOf(['back20', 'back50']), credited: { orders: 1, amount: below(90_000) } }),
        ...(below(2) === 0 && { openedAt: sentAt + below(48) * hour, parts: 1 + below(3) }),
      };
    });
  });
  return { ...base, touches };
}

function touchRows({ asOf, zone, touches = [] }: RawBase): FactRow[] {
  return touches.flatMap((touch, index) => {
    const row = factsOfTouch(touchOf(touch, `t${index}-sms`), { asOf, zone });
    return row ? [row] : [];
  });
}

async function factsOfBase(base: RawBase, place: string) {
  writeFacts(place, { ...factsOfOrders(base), touches: touchRows(base) });
  return openFacts({ folder: place, asOf: base.asOf, temporary: folder });
}

function parametersOf({ from, to, ...same }: NaiveAsk): ReportParameters {
  const day = (text: string) => parseDay(text) ?? Number.NaN;
  return { ...same, ...(from !== undefined && { from: day(from) }), ...(to !== undefined && { to: day(to) }) };
}

function arbitraryAsk({ asOf, zone }: RawBase): fc.Arbitrary<NaiveAsk> {
  const today = dayText(asOf, zone);
  const daysAgo = fc.constantFrom(0, 1, 30, 90, 180, 400, 600).map((days) => dayAfter(today, -days));
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  return fc
    .record({
      asOf: maybe(fc.constantFrom(0, 1, 40, 200).map((days) => asOf - days * dayMs)),
      period: fc.uniqueArray(daysAgo, { maxLength: 2 }),
      shop: maybe(fc.constantFrom('north', 'east', 'nowhere')),
      days: maybe(fc.constantFrom(1, 30, 180)),
      campaign: maybe(fc.constantFrom('turned-silent', 'spring', 'never-sent')),
    })
    .map(({ asOf: moment, period, shop, days, campaign }) => {
      const [from, to] = [...period].sort();
      return {
        ...(moment !== undefined && { asOf: moment }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(shop !== undefined && { shop }),
        ...(days !== undefined && { days }),
        ...(campaign !== undefined && { campaign }),
      };
    });
}

type Facts = Awaited<ReturnType<typeof openFacts>>;

async function rowsOf(name: string, ask: NaiveAsk, { asOf, zone }: RawBase, facts: Facts) {
  const report = reports.get(name);
  if (!report) throw new Error(`there is no report ${name}`);
  const scene = { asOf, zone, baseCurrency: 'CNY', regionGroups: {}, limits: { l1: 90, l2: 180, l3: 360 } };
  return (await runReport(report, parametersOf(ask), scene, facts)).rows;
}

describe('rates of campaigns', () => {
  test('are what going through the raw orders and messages says', { timeout: 120_000 }, async () => {
    let counted = 0;
    const seeds = fc.integer({ min: 1, max: 1_000_000 });
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const base = withTouches(randomBase(seed, 200), seed);
        const facts = await factsOfBase(base, `${folder}/${seed}`);
        try {
          for (const name of names) {
            for (const ask of [{}, ...fc.sample(arbitraryAsk(base), { numRuns: 25, seed })]) {
              const where = `${name} ${JSON.stringify(ask)}`;
              const rows = await rowsOf(name, ask, base, facts);
              expect({ where, rows }).toEqual({ where, rows: naiveReports[name]?.(base, ask) });
              for (const [, , customers, back] of rows) if (Number(customers) > Number(back) && back !== 0) counted++;
            }
          }
        } finally {
          facts.close();
        }
      }),
      { numRuns: 6 },
    );
    expect(counted).toBeGreaterThan(20);
  });

  const noon = Date.parse('2026-06-30T04:00:00Z');
  const purchase = (customer: string, days: number): RawOrder => {
    const at = noon + days * dayMs;
    const whole = { createdAt: at, paidAt: at, total: 100, refunds: [], test: false, province: null };
    return { shop: 'north', id: `${customer} ${days}`, customer, currency: 'CNY', ...whole };
  };
  const sms = (customer: string, how: Partial<RawTouch> = {}): RawTouch => {
    return { customer, campaign: 'spring', sentAt: noon, deliveredAt: null, isBounced: false, ...how };
  };

  test('tell the sleeping from the lost, take a message without a report as arrived, and no bounced one', async () => {
    const customers = ['back', 'late', 'silent', 'lost', 'bounced', 'never', 'second'];
    const base: RawBase = {
      asOf: noon + 100 * dayMs,
      zone: 'Asia/Shanghai',
      zones: { north: 'Asia/Shanghai' },
      customers: customers.map((id) => ({ id, knownSince: noon - 600 * dayMs, tier: null, province: null })),
      orders: [
        ...[purchase('back', -181), purchase('back', 30)],
        ...[purchase('late', -360), purchase('late', 31)],
        ...[purchase('silent', -180), purchase('silent', 1)],
        ...[purchase('lost', -361), purchase('lost', 1)],
        ...[purchase('bounced', -200), purchase('bounced', 1)],
        // The second message counts for nothing: of the first it was silent.
        ...[purchase('second', -100), purchase('second', 85)],
      ],
      touches: [
        ...['back', 'late', 'silent', 'lost', 'never', 'second'].map((customer) => sms(customer)),
        sms('second', { sentAt: noon + 82 * dayMs }),
        sms('bounced', { isBounced: true }),
      ],
    };
    const facts = await factsOfBase(base, `${folder}/by-hand`);
    const ask = { campaign: 'spring' };
    expect(await rowsOf('wake-up-rate', ask, base, facts)).toEqual([['spring', 30, 2, 1, 0, 0.5]]);
    expect(await rowsOf('activation-rate', ask, base, facts)).toEqual([['spring', 30, 1, 1, 0, 1]]);
    expect(await rowsOf('wake-up-rate', { ...ask, days: 31 }, base, facts)).toEqual([['spring', 31, 2, 2, 0, 1]]);
    expect(await rowsOf('wake-up-rate', { ...ask, to: '2026-06-29' }, base, facts)).toEqual([
      ['spring', 30, 0, 0, 0, null],
    ]);
    const early = { ...ask, asOf: noon + 29 * dayMs };
    expect(await rowsOf('wake-up-rate', early, base, facts)).toEqual([['spring', 30, 2, 0, 2, 0]]);
    await facts.forget(['late']);
    expect(await rowsOf('wake-up-rate', ask, base, facts)).toEqual([['spring', 30, 1, 1, 0, 1]]);
    facts.close();
  });
});
