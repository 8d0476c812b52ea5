import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinOrders, type Order } from '../../../shared/domain/orders/order.ts';
import { arbitraryWebhook } from '../../support/arbitrary-orders.ts';

/** Three webhooks of one order. */
const three = fc
  .tuple(arbitraryWebhook, arbitraryWebhook, arbitraryWebhook)
  .map((hooks) => hooks.map((hook): Order => ({ ...hook, shop: 'north', id: '1' })) as [Order, Order, Order]);

describe('joining webhooks of one order (DOMAIN 1)', () => {
  test('is commutative', () => {
    fc.assert(
      fc.property(three, ([a, b]) => {
        expect(joinOrders(a, b)).toEqual(joinOrders(b, a));
      }),
    );
  });

  test('is associative', () => {
    fc.assert(
      fc.property(three, ([a, b, c]) => {
        expect(joinOrders(joinOrders(a, b), c)).toEqual(joinOrders(a, joinOrders(b, c)));
      }),
    );
  });

  test('is idempotent', () => {
    fc.assert(
      fc.property(three, ([a, b]) => {
        const joined = joinOrders(a, b);
        expect(joinOrders(joined, a)).toEqual(joined);
        expect(joinOrders(joined, joined)).toEqual(joined);
      }),
    );
  });
});
