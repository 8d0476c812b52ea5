import { expect } from 'vitest';
import type { Reading } from '../../shared/contracts/platforms/platform.ts';
import { joinOrders, type Order } from '../../shared/domain/orders/order.ts';

/** The order in a reading; fails where there is none. */
export function orderIn(reading: Reading): Order {
  if (reading.type !== 'order') throw new Error(`not an order: ${JSON.stringify(reading)}`);
  return reading.order;
}

/** The order after all of them in every order of arrival, each twice: it must be one and the same. */
export function joinedInAnyOrder(parts: readonly Order[]): Order {
  const [first, ...others] = permutationsOf(parts).map((arrival) => arrival.concat(arrival).reduce(joinOrders));
  if (!first) throw new Error('nothing to join');
  for (const other of others) expect(other).toEqual(first);
  return first;
}

function permutationsOf<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutationsOf(items.toSpliced(index, 1)).map((others) => [item, ...others]));
}
