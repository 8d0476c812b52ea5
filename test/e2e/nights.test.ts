import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatDay } from '../../shared/domain/calendar.ts';
import type { CustomerFile } from '../../shared/domain/customers/customer-file.ts';
import { dayAfter, instantIn, type Limits, naiveStage, naiveSteps, ninetyDays } from '../support/naive-stages.ts';
import { type ShopEvent, sendAll } from '../support/shop-sender.ts';
import { startWholeStack, type WholeStack } from '../support/whole-stack.ts';

const zone = 'Asia/Shanghai';
/** The day on which the orders come in, and the four nights that follow. */
const today = '2026-03-02';
const nights = [1, 2, 3, 4].map((days) => dayAfter(today, days));
const lastNight = nights.at(-1) ?? '';
const customers = 600;

/** One or two purchases each, old enough that limits of 90, 180 and 360 days are crossed in those nights. */
const daysOf = new Map(
  Array.from({ length: customers }, (_, index): [string, string[]] => {
    const limit = [90, 180, 360][index % 3] ?? 90;
    const last = dayAfter(today, -(limit - 3 + (index % 7)));
    const more = index % 4 === 0 ? [dayAfter(today, -(20 + (index % 60)))] : [];
    const same = index % 10 === 0 ? [last] : [];
    return [`c-${index}`, [last, ...more, ...same]];
  }),
);

function events(): ShopEvent[] {
  return [...daysOf].flatMap(([buyer, days]) =>
    days.map((day, index) => {
      const at = instantIn(zone, `${day}T${index === 0 ? '23:59:59' : '00:00:00'}`);
      const id = `${buyer}-${index}`;
      const times = { createdAt: at, paidAt: at, updatedAt: at };
      const data = { id, currency: 'CNY', total: '10.00', ...times, items: [], customer: { id: buyer } };
      return { id, body: JSON.stringify({ type: 'order.paid', timestamp: at, data }) };
    }),
  );
}

async function startWithOrders(): Promise<WholeStack> {
  const whole = await startWholeStack({ time: new Date(instantIn(zone, `${today}T20:00:00`)) });
  const shop = await whole.connectShop({ id: 'tea', currency: 'CNY', timezone: zone });
  const { byStatus } = await sendAll(shop, events(), { patienceMs: 10_000 });
  await whole.stack.idle();
  expect(Object.keys(byStatus).filter((status) => !['200', '202'].includes(status))).toEqual([]);
  return whole;
}

const night = (whole: WholeStack, day: string) =>
  whole.stack.fireSchedule('nightly', new Date(instantIn(zone, `${day}T03:00:00`)));

const buyerOf = (file: CustomerFile) => [...file.orders.keys()][0]?.replace(/^tea#(.*)-\d+$/, '$1') ?? '';

async function stagesNoticed(whole: WholeStack): Promise<Map<string, string | undefined>> {
  return new Map((await whole.files()).map((file) => [buyerOf(file), file.noticed?.stage]));
}

/** Who changed by time after the orders came in, `c-1 2026-03-04 silent sleeping`, sorted. */
async function changesOf(whole: WholeStack, cause = 'time'): Promise<string[]> {
  const buyers = new Map((await whole.files()).map((file) => [file.id, buyerOf(file)]));
  return (await whole.migrations())
    .filter((one) => one.cause === cause && formatDay(one.day) > today)
    .map(({ customer, day, from, to }) => `${buyers.get(customer)} ${formatDay(day)} ${from} ${to}`)
    .sort();
}

function expectedStages(on: string, limits: Limits = ninetyDays): Map<string, string> {
  return new Map([...daysOf].map(([buyer, days]) => [buyer, naiveStage(days, on, limits)]));
}

function expectedChanges(until: string): string[] {
  return [...daysOf]
    .flatMap(([buyer, days]) => naiveSteps(days, today, until).map((step) => `${buyer} ${step}`))
    .sort();
}

const inOrder = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

describe('a night for each day', () => {
  let whole: WholeStack;
  beforeAll(async () => {
    whole = await startWithOrders();
  });
  afterAll(() => whole?.stop());

  test('a night killed half-way is finished by those who come after, and tells each change once', async () => {
    const day = nights[0] ?? '';
    whole.stack.setFault({ name: 'lambda.crash', count: 5, ms: 8, function: 'work-run' });
    whole.stack.setFault({ name: 'lambda.crash', count: 5, ms: 40, function: 'work-run' });
    const counts = await night(whole, day);
    whole.stack.clearFaults();
    expect(counts.failures['work-run']).toBeGreaterThan(4);
    expect(counts.deadLetters).toBe(0);
    expect(inOrder(await stagesNoticed(whole))).toEqual(inOrder(expectedStages(day)));
    expect(await changesOf(whole)).toEqual(expectedChanges(day));
    const id = `night-${new Date(instantIn(zone, `${day}T03:00:00`)).toISOString().replace('.000Z', 'Z')}`;
    const run = await whole.call('GET', `/v1/runs/${id}`);
    expect(run).toMatchObject({ partsDone: run.parts, finishedAt: expect.any(String) });
  });

  test('the same night again changes nothing', async () => {
    const before = await whole.items('customers');
    const { metrics } = await night(whole, nights[0] ?? '');
    expect(metrics).toMatchObject({ NightsPlanned: 1, StageChanges: 0 });
    expect(sorted(await whole.items('customers'))).toEqual(sorted(before));
    expect(await changesOf(whole)).toEqual(expectedChanges(nights[0] ?? ''));
  });

  test('each further night tells what changed on its day', async () => {
    for (const day of nights.slice(1)) {
      await night(whole, day);
      expect(inOrder(await stagesNoticed(whole))).toEqual(inOrder(expectedStages(day)));
      expect(await changesOf(whole)).toEqual(expectedChanges(day));
    }
  });
});

describe('after three missed nights', () => {
  let whole: WholeStack;
  beforeAll(async () => {
    whole = await startWithOrders();
    await whole.stack.setTime(new Date(instantIn(zone, `${lastNight}T03:00:00`)));
  });
  afterAll(() => whole?.stop());

  test('one night tells the same changes, each with its true day', async () => {
    await night(whole, lastNight);
    expect(inOrder(await stagesNoticed(whole))).toEqual(inOrder(expectedStages(lastNight)));
    expect(await changesOf(whole)).toEqual(expectedChanges(lastNight));
  });

  test('other limits recompute everybody through the queue, with their own cause', async () => {
    const before = new Map((await whole.files()).map((file) => [file.id, file.noticed?.stage]));
    const limits = { l1: 30, l2: 100, l3: 200 };
    const { recompute } = await whole.call('PATCH', '/v1/settings', { stages: limits });
    await whole.stack.idle();
    const run = await whole.call('GET', `/v1/runs/${encodeURIComponent(recompute)}`);
    expect(run).toMatchObject({ type: 'recompute', partsDone: run.parts, finishedAt: expect.any(String) });
    expect(inOrder(await stagesNoticed(whole))).toEqual(inOrder(expectedStages(lastNight, limits)));

    const moved = (await whole.files()).filter((file) => file.noticed?.stage !== before.get(file.id));
    expect(moved.length).toBeGreaterThan(100);
    const told = (await whole.migrations()).filter(({ cause }) => cause === 'config');
    expect(told.map(({ customer, from, to }) => `${customer} ${from} ${to}`).sort()).toEqual(
      moved.map(({ id, noticed }) => `${id} ${before.get(id)} ${noticed?.stage}`).sort(),
    );
  });

  test('an order in a currency without a rate waits for its rate, and nothing is lost', async () => {
    const shop = await whole.connectShop({ id: 'paris', currency: 'EUR', timezone: 'Europe/Paris' });
    const at = new Date(shop.now()).toISOString();
    const order = (id: string, currency: string, total: string) => {
      const times = { createdAt: at, paidAt: at, updatedAt: at };
      const data = { id, currency, total, ...times, items: [], customer: { id: 'amelie' } };
      return { id, body: JSON.stringify({ type: 'order.paid', timestamp: at, data }) };
    };
    const replies: { status: number; body: string }[] = [];
    const onReply = (reply: { status: number; body: string }) => void replies.push(reply);
    await sendAll(shop, [order('1', 'CNY', '100.00'), order('2', 'EUR', '10.01')], { lanes: 1, onReply });
    expect(replies.map(({ status, body }) => [status, JSON.parse(body)])).toEqual([
      [200, { outcome: 'recorded', orderId: '1' }],
      [202, { outcome: 'queued', orderId: '2', waitsFor: 'rate_missing' }],
    ]);
    const ordersOf = async () => (await whole.call('GET', '/v1/customers?shop=paris&buyer=amelie')).items[0].orders;
    expect(await ordersOf()).toMatchObject({ count: 1, total: { amount: '100.00', currency: 'CNY' } });
    expect((await whole.call('GET', '/v1/parked?reason=rate_missing')).items).toHaveLength(1);

    await whole.call('PATCH', '/v1/settings', { rates: [{ currency: 'EUR', from: '2026-01-01', rate: '7.5' }] });
    await whole.stack.idle();
    // 10.01 x 7.5 = 75.075, to even: 75.08.
    expect(await ordersOf()).toMatchObject({ count: 2, total: { amount: '175.08', currency: 'CNY' } });
    expect((await whole.call('GET', '/v1/parked')).items).toEqual([]);
  });
});

function sorted(items: Awaited<ReturnType<WholeStack['items']>>) {
  return [...items].sort((a, b) => ((a.customer?.S ?? '') < (b.customer?.S ?? '') ? -1 : 1));
}
