import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FaultRequest } from '../../infra/local/faults.ts';
import { expectAllKept } from '../support/expect-orders.ts';
import { livesOfOrders, type OrderLife } from '../support/life-of-orders.ts';
import { service } from '../support/local-stack.ts';
import { shuffled } from '../support/naive-stages.ts';
import { type Sent, type ShopAddress, sendAll } from '../support/shop-sender.ts';
import { startWholeStack, type WholeStack } from '../support/whole-stack.ts';

let whole: WholeStack;
beforeAll(async () => {
  whole = await startWholeStack();
});
afterEach(async () => {
  whole.stack.clearFaults();
  await whole.stack.idle();
});
afterAll(() => whole?.stop());

let shops = 0;
const newShop = () => whole.connectShop({ id: `shop-${++shops}`, currency: 'CNY', timezone: 'Asia/Shanghai' });
const eventsOf = (orders: readonly OrderLife[]) =>
  shuffled(
    orders.flatMap(({ events }) => events),
    7,
  );

/** Sends a shop's month, eight events at a time, while something is wrong; then nothing is wrong any more. 115 orders are 299 events. */
async function sendUnder(
  faults: readonly FaultRequest[],
  count = 115,
): Promise<{ shop: ShopAddress; orders: OrderLife[]; sent: Sent }> {
  const shop = await newShop();
  const orders = livesOfOrders(count, 30, shop.now());
  const answers = new Set<number>();
  for (const fault of faults) whole.stack.setFault(fault);
  const sent = await sendAll(shop, eventsOf(orders), {
    patienceMs: 60_000,
    onReply: ({ status }) => answers.add(status),
  });
  whole.stack.clearFaults();
  await whole.stack.idle();
  expect([...answers].filter((status) => ![200, 202, 503].includes(status))).toEqual([]);
  expect(Object.keys(sent.byStatus).filter((status) => !['200', '202'].includes(status))).toEqual([]);
  expect(await whole.stack.deadLetters()).toEqual([]);
  return { shop, orders, sent };
}

describe('orders come in while', () => {
  test('storage is throttled', async () => {
    const { shop, orders, sent } = await sendUnder([{ name: 'dynamodb.throttle', rate: 0.15, seed: 3 }]);
    expect(sent.byStatus[202]).toBeGreaterThan(0);
    await expectAllKept(shop.shop, orders, whole);
  });

  test('transactions lose against others', async () => {
    const { shop, orders, sent } = await sendUnder([
      { name: 'dynamodb.conflict', rate: 0.6, seed: 5, operation: 'TransactWriteItems' },
    ]);
    expect(sent.byStatus[202]).toBeGreaterThan(0);
    await expectAllKept(shop.shop, orders, whole);
  });

  test('storage does what it is asked and then says that it failed', async () => {
    const { shop, orders } = await sendUnder([{ name: 'dynamodb.lost', rate: 0.2, seed: 8 }]);
    await expectAllKept(shop.shop, orders, whole);
  });

  test('neither storage nor the queue always answers: the sender hears 503 and comes again', async () => {
    const faults: FaultRequest[] = [
      { name: 'dynamodb.throttle', rate: 0.7, seed: 3, function: 'order-webhook', operation: 'TransactWriteItems' },
      { name: 'sqs.unavailable', rate: 0.8, seed: 4, function: 'order-webhook' },
    ];
    const { shop, orders, sent } = await sendUnder(faults, 40);
    expect(sent.retries).toBeGreaterThan(0);
    await expectAllKept(shop.shop, orders, whole);
  });

  test('the function behind the queue crashes, and is given batches twice', async () => {
    const faults: FaultRequest[] = [
      { name: 'dynamodb.throttle', function: 'order-webhook', operation: 'TransactWriteItems' },
      { name: 'lambda.crash', count: 4, ms: 15, function: 'order-record' },
      { name: 'lambda.duplicate', rate: 0.5, seed: 2, function: 'order-record' },
    ];
    const { shop, orders, sent } = await sendUnder(faults, 40);
    expect(sent.byStatus[202]).toBeGreaterThan(20);
    await expectAllKept(shop.shop, orders, whole);
  });
});

describe('a message nobody can read', () => {
  const send = async (queue: RegExp, body: string, more: object = {}) => {
    const { QueueUrls } = await service(whole.stack, 'AmazonSQS.ListQueues', 'sqs', {});
    const QueueUrl = (QueueUrls as string[]).find((url) => queue.test(url));
    await service(whole.stack, 'AmazonSQS.SendMessage', 'sqs', { QueueUrl, MessageBody: body, ...more });
  };
  const dead = async (): Promise<{ queue: string; body: string }[]> => {
    const { json } = await whole.ask('GET', '/_local/deadletters');
    return json.items;
  };

  test('ends among the dead letters of the orders queue, and holds up nobody else', async () => {
    const shop = await newShop();
    await send(/orders\.fifo$/, 'no event at all', { MessageGroupId: 'poison', MessageDeduplicationId: randomUUID() });
    // Every event of the shop takes the way through the queue.
    whole.stack.setFault({ name: 'dynamodb.throttle', function: 'order-webhook', operation: 'TransactWriteItems' });
    const orders = livesOfOrders(5, 5, shop.now());
    const { byStatus } = await sendAll(shop, eventsOf(orders), { patienceMs: 10_000 });
    expect(byStatus[202]).toBeGreaterThan(0);
    whole.stack.clearFaults();
    await until(async () => {
      const replies = await Promise.all(orders.map(({ id }) => whole.ask('GET', `/v1/orders/${shop.shop}/${id}`)));
      return replies.every(({ json }, index) => json?.status === orders[index]?.status);
    });
    expect(await dead()).toEqual([]);
    await whole.stack.idle();
    expect(await dead()).toEqual([expect.objectContaining({ body: 'no event at all' })]);
    await expectAllKept(shop.shop, orders, whole);
  });

  test('ends among the dead letters of the work queue, and the night is done', async () => {
    await send(/-work$/, '{"type":"no such work"}');
    const counts = await whole.stack.fireSchedule('nightly');
    expect(counts.deadLetters).toBe(1);
    expect((await dead()).map(({ body }) => body)).toContain('{"type":"no such work"}');
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error('it did not come about within 30 s');
    await sleep(50);
  }
}
