import type { orderRoutes } from '../../../shared/contracts/http/orders.ts';
import { orderRef } from '../../../shared/domain/orders/order.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { notFound } from '../../../shared/runtime/problem.ts';
import { readCustomer } from '../../../shared/usecases/customers/find-customer.ts';
import type { CustomerStore } from '../../../shared/usecases/ports.ts';
import { orderView } from '../views/order.ts';

export function orderHandlers({ store }: { readonly store: CustomerStore }): RouteHandlers<keyof typeof orderRoutes> {
  return {
    async getOrder({ params: { shopId, orderId }, actor }) {
      const ref = orderRef(shopId, orderId);
      const found = (await store.readOrders([ref])).get(ref)?.value;
      if (!found) throw notFound('There is no such order.');
      const customer = found.customer === undefined ? undefined : await readCustomer(found.customer, store);
      return json(orderView(found.order, customer?.id ?? found.customer, actor.role));
    },
  };
}
