import { expect } from 'vitest';
import { type OrderLife, totalsByBuyer } from './life-of-orders.ts';
import type { WholeStack } from './whole-stack.ts';

/** Nothing lost: every order is there with its status. Nothing counted twice: every customer's sum is the plain sum. */
export async function expectAllKept(
  shop: string,
  orders: readonly OrderLife[],
  { ask }: Pick<WholeStack, 'ask'>,
): Promise<void> {
  const statuses = await inLanes(orders, async ({ id }) => {
    const { status, json } = await ask('GET', `/v1/orders/${shop}/${id}`);
    return [id, status === 200 ? json.status : `answered ${status}`];
  });
  expect(statuses).toEqual(orders.map(({ id, status }) => [id, status]));

  const totals = [...totalsByBuyer(orders)];
  const held = await inLanes(totals, async ([buyer]) => {
    const { json } = await ask('GET', `/v1/customers?shop=${shop}&buyer=${buyer}`);
    const [customer] = json.items;
    return [buyer, { count: customer?.orders.count, total: customer?.orders.total.amount }];
  });
  expect(held).toEqual(totals);
}

async function inLanes<T, R>(values: readonly T[], work: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...values.entries()];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: 4 }, lane));
  return results;
}
