import { afterEach, expect, test } from 'vitest';
import { shuffled } from '../support/naive-stages.ts';
import { type ShopEvent, sendAll } from '../support/shop-sender.ts';
import { startWholeStack, type WholeStack } from '../support/whole-stack.ts';

/** The moment at which both worlds begin, so that what is computed now is computed at the same time. */
const time = new Date('2026-11-23T04:00:00Z');
const zone = 'Asia/Shanghai';
const hour = 3_600_000;

/**
 * 200 events that meet each other: orders that learn late who bought them, phones and addresses that join customers,
 * two resellers' phones that join until they have met too many, refunds, statements that contradict each other.
 */
function events(): { shop: string; event: ShopEvent }[] {
  const phones = ['+8613800000001', '+8613800000002', '+8613800000003', '+8613800000004'];
  const resellers = ['+8615500000001', '+8615500000002'];
  const emails = ['a@example.com', 'b@example.com', 'c@example.com'];
  return Array.from({ length: 200 }, (_, index) => {
    const number = index % 80;
    const stage = Math.floor(index / 80);
    const shop = number % 3 === 0 ? 'south' : 'north';
    const createdAt = time.getTime() - (number * 31 + 60) * hour;
    const at = (hours: number) => new Date(createdAt + hours * hour).toISOString();
    const isResold = number % 8 === 5;
    const customer = {
      // Some orders say who bought them only later.
      ...((number % 5 !== 1 || stage > 0) && { id: `b-${number % 23}` }),
      ...(isResold && { phone: resellers[Math.floor(number / 8) % 2] }),
      ...(!isResold && number % 4 === 2 && stage === 1 && { phone: phones[number % phones.length] }),
      ...(number % 6 === 3 && { email: emails[number % emails.length] }),
      name: `Name ${number % 7}-${stage}`,
      consent: { sms: number % 2 === stage % 2, email: number % 3 === 0 },
      attributes: { seen: stage, size: number % 2 === 0 ? 'S' : 'L' },
    };
    const data = {
      id: `o-${number}`,
      currency: 'CNY',
      total: `${10 + number}.00`,
      createdAt: at(0),
      ...(number % 9 !== 0 && { paidAt: at(1) }),
      ...(stage > 0 && { shippedAt: at(20) }),
      ...(stage > 1 && number % 4 === 0 && { refunds: [{ id: 'r', amount: '5.00', at: at(30) }] }),
      updatedAt: at(stage * 24),
      items: [{ productId: `p-${number % 5}`, title: 'Tea', quantity: 1 + (number % 3), price: '10.00' }],
      customer,
      address: { country: 'CN', province: number % 2 === 0 ? 'Shanghai' : 'Beijing' },
    };
    return { shop, event: { id: `e-${index}`, body: JSON.stringify({ type: 'order.updated', data }) } };
  });
}

let whole: WholeStack | undefined;
afterEach(() => whole?.stop());

/** Customers as the API shows them and the orders of each, without ids, after the events came in this order. */
async function worldAfter(seed: number, twice: boolean): Promise<unknown[]> {
  const started = await startWholeStack({ time });
  whole = started;
  const shops = new Map(
    await Promise.all(
      ['north', 'south'].map(
        async (id) => [id, await started.connectShop({ id, currency: 'CNY', timezone: zone })] as const,
      ),
    ),
  );
  const sent = shuffled(twice ? [...events(), ...events().slice(0, 60)] : events(), seed);
  // Both shops at once, eight events in flight.
  const results = await Promise.all(
    [...shops].map(([id, address]) =>
      sendAll(
        address,
        sent.flatMap(({ shop, event }) => (shop === id ? [event] : [])),
        { lanes: 4, patienceMs: 20_000 },
      ),
    ),
  );
  for (const { byStatus } of results) {
    expect(Object.keys(byStatus).filter((status) => !['200', '202'].includes(status))).toEqual([]);
  }
  await started.stack.idle();
  expect(await started.stack.deadLetters()).toEqual([]);
  const customers = [];
  for (const file of await started.files()) {
    if (file.orders.size === 0) continue;
    const { id: _id, ...customer } = await started.call('GET', `/v1/customers/${file.id}`);
    customers.push({ refs: [...file.orders.keys()].sort(), ...customer });
  }
  await started.stop();
  whole = undefined;
  return customers.sort((a, b) => ((a.refs[0] ?? '') < (b.refs[0] ?? '') ? -1 : 1));
}

test('200 events in another order, some of them twice, eight at a time, give the same customers', async () => {
  const one = await worldAfter(1, false);
  const other = await worldAfter(99, true);
  expect(one.length).toBeGreaterThan(5);
  expect(other).toEqual(one);
});
