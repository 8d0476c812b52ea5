import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import { issuedCouponView } from '../../../shared/contracts/http/coupon-view.ts';
import type { couponRoutes } from '../../../shared/contracts/http/coupons.ts';
import { moneyView } from '../../../shared/contracts/http/values.ts';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import { NotFoundError, StateConflictError } from '../../../shared/domain/errors.ts';
import { answerPage } from '../../../shared/runtime/answer-page.ts';
import type { ApiRequest, RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json, noContent } from '../../../shared/runtime/json-answer.ts';
import type { StoredCoupon } from '../../../shared/usecases/coupons/coupon-ports.ts';
import { type ExchangeDeps, giveByHand } from '../../../shared/usecases/coupons/exchange-points.ts';
import { type FillPoolDeps, fillPool } from '../../../shared/usecases/coupons/fill-pool.ts';
import {
  type CouponReport,
  type CouponReportDeps,
  type CouponStock,
  reportCoupon,
  stockOf,
} from '../../../shared/usecases/coupons/report-coupon.ts';
import {
  type CouponDeps,
  changeCoupon,
  createCoupon,
  endCoupon,
  existingCoupon,
} from '../../../shared/usecases/coupons/save-coupon.ts';
import type { AuditLog, Versioned } from '../../../shared/usecases/ports.ts';

export type CouponApiDeps = CouponDeps &
  FillPoolDeps &
  CouponReportDeps &
  ExchangeDeps & { readonly cursors: Cursors; readonly audit: Pick<AuditLog, 'record'> };

type Handlers = RouteHandlers<keyof typeof couponRoutes>;

export function couponHandlers(deps: CouponApiDeps): Handlers {
  return {
    listCoupons: ({ query }) =>
      answerPage(['coupons'], query, deps.cursors, (after, limit) => listGiven(after, limit, deps), couponView),
    createCoupon: async ({ body, actor }) => json(couponView(await createCoupon(body, actor, deps)), 201),
    getCoupon: async ({ params }) => json(couponView(await existingCoupon(params.id, deps))),
    changeCoupon: async ({ params, body, actor }) => json(couponView(await changeCoupon(params.id, body, actor, deps))),
    async endCoupon({ params, actor }) {
      await endCoupon(params.id, actor, deps);
      return noContent;
    },
    async fillCouponPool({ params, body, actor }) {
      const { added, known, duplicates, taken } = await fillPool(params.id, body.codes, actor, deps);
      const { value } = await existingCoupon(params.id, deps);
      return json({ added, known, duplicates, taken, pool: poolView(await stockOf(value.definition, deps)) });
    },
    issueCoupon: (request) => give(request, deps),
    reportCoupon: async ({ params }) => json(reportView(await reportCoupon(params.id, deps))),
  };
}

/** Those that have ended are left out: a page may hold fewer than asked for. */
async function listGiven(after: string | undefined, limit: number, { couponStore }: CouponApiDeps) {
  const { items, next } = await couponStore.listCoupons(after, limit);
  const given = items.filter(({ value }) => value.endedAt === undefined);
  return { items: given, ...(next !== undefined && { next }) };
}

const refusals = {
  coupon_stock: 'The pool of this coupon is empty.',
  coupon_limit: 'This customer has as many of this coupon as allowed.',
  coupon_gone: 'This coupon is given to nobody any more.',
  coupon_ladder: 'No row of the coupon ladder fits this customer.',
} as const;

async function give({ params, body, actor }: ApiRequest<'issueCoupon'>, deps: CouponApiDeps) {
  await existingCoupon(params.id, deps);
  const at = deps.clock.now();
  const settings = await deps.settings.settings(at);
  const { points, ...rest } = body;
  const asked = { coupon: params.id, ...rest, ...(points !== undefined && { points }) };
  const outcome = await giveByHand(asked, settings, deps);
  if (!outcome) throw new NotFoundError('There is no such customer.');
  if (outcome.type === 'refused') throw new StateConflictError(refusals[outcome.reason]);
  const { coupon } = outcome;
  const change = { actor, at, action: 'coupon.issued', target: `customer/${coupon.customer}`, changed: ['coupons'] };
  await deps.audit.record(change);
  return json(issuedCouponView(coupon, settings.baseCurrency, actor.role));
}

function couponView({ value: { definition, createdAt, updatedAt }, version }: Versioned<StoredCoupon>) {
  return { ...definition, version, createdAt: formatInstant(createdAt), updatedAt: formatInstant(updatedAt) };
}

function poolView(pool: CouponStock | undefined) {
  return pool ? { loaded: pool.loaded, left: pool.left, low: pool.isLow } : null;
}

function reportView({ coupon, asOf, currency, issued, redeemed, rate, revenue, discount, ...rest }: CouponReport) {
  const money = (amount: number) => moneyView({ amount, currency });
  const { codes, amount } = rest.outstanding;
  return {
    coupon,
    asOf: formatInstant(asOf),
    issued,
    redeemed,
    rate: rate ?? null,
    revenue: money(revenue),
    discount: money(discount),
    outstanding: { codes, amount: amount === undefined ? null : money(amount) },
    pool: poolView(rest.pool),
  };
}
