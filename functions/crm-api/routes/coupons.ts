import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import { issuedCouponView } from '../../../shared/contracts/http/coupon-view.ts';
import type { customerCouponRoutes } from '../../../shared/contracts/http/coupons.ts';
import { idsOf } from '../../../shared/domain/customers/customer-file.ts';
import { pageOf } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { notFound } from '../../../shared/runtime/problem.ts';
import type { CouponLedger } from '../../../shared/usecases/coupons/coupon-ports.ts';
import { readCustomer } from '../../../shared/usecases/customers/find-customer.ts';
import type { Clock, CustomerStore, SettingsReader } from '../../../shared/usecases/ports.ts';

export interface CustomerCouponDeps {
  readonly store: CustomerStore;
  readonly couponLedger: Pick<CouponLedger, 'issuedTo'>;
  readonly settings: SettingsReader;
  readonly clock: Clock;
  readonly cursors: Cursors;
}

export function customerCouponHandlers(deps: CustomerCouponDeps): RouteHandlers<keyof typeof customerCouponRoutes> {
  return {
    async customerCoupons({ params, query, actor: { role } }) {
      const file = await readCustomer(params.id, deps.store);
      if (!file) throw notFound('There is no such customer.');
      const { baseCurrency } = await deps.settings.settings(deps.clock.now());
      const given = await deps.couponLedger.issuedTo(idsOf(file));
      // By their place since the first: a cursor tells nobody a code.
      const newestFirst = given.map((one, place) => ({ id: String(place), one })).reverse();
      const { items, next } = pageOf(['coupons', file.id], newestFirst, query, deps.cursors);
      return json({ items: items.map(({ one }) => issuedCouponView(one, baseCurrency, role)), next });
    },
  };
}
