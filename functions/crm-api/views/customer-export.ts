import { caseView } from '../../../shared/contracts/http/case-view.ts';
import { issuedCouponView } from '../../../shared/contracts/http/coupon-view.ts';
import type { CustomerJson } from '../../../shared/contracts/http/customers.ts';
import type { CustomerExportJson } from '../../../shared/contracts/http/privacy.ts';
import type { Role } from '../../../shared/domain/access/roles.ts';
import { formatDay, formatInstant, type Instant } from '../../../shared/domain/calendar.ts';
import type { Said } from '../../../shared/domain/customers/statements.ts';
import type { Touch } from '../../../shared/domain/touches/touch.ts';
import type { PointsAccount } from '../../../shared/domain/value/points.ts';
import type { CustomerDossier } from '../../../shared/usecases/privacy/export-customer.ts';
import { orderView } from './order.ts';
import { accountView, movementViews } from './points.ts';
import { enrolmentView, touchView } from './touch.ts';

type StatementJson = CustomerExportJson['statements'][number];

/** Everything held of a customer, as they are given it. */
export function customerExportView(
  { file, orders, consents, touches, events, stages, coupons, cases, enrolments }: CustomerDossier,
  customer: CustomerJson,
  points: PointsAccount,
  { now, role, currency }: { readonly now: Instant; readonly role: Role; readonly currency: string },
): CustomerExportJson {
  return {
    exportedAt: formatInstant(now),
    customer,
    earlierIds: [...file.aliases],
    identities: [...file.identities],
    statements: statementViews(file.statements),
    updates: Object.values(file.updates).map(({ identities, statements }) => ({
      identities: [...identities],
      statements: statementViews(statements),
    })),
    consentHistory: consents.map(({ at, channel, address = null, state, source }) => ({
      at: formatInstant(at),
      channel: channel as 'email' | 'sms' | 'webhook',
      address,
      state,
      source,
    })),
    orders: orders.map((order) => ({
      order: orderView(order, file.id, role),
      statements: statementViews(order.statements),
      identities: [...order.identities],
    })),
    messages: touches.map(touchView),
    answers: touches.flatMap(answerViews),
    journeys: enrolments.map(enrolmentView),
    cases: cases.map((one) => caseView(one, now)),
    events: events.map(({ type, at, product }) => ({
      type,
      at: formatInstant(at),
      ...(product !== undefined && { product }),
    })),
    stages: stages.map(({ day, from, to }) => ({ day: formatDay(day), from, to })),
    coupons: coupons.map((coupon) => issuedCouponView(coupon, currency, role)),
    points: { ...accountView(points), movements: movementViews(file, points, role) },
  };
}

function answerViews({ id, answer }: Touch): CustomerExportJson['answers'] {
  if (!answer) return [];
  const { at, scale, score, text = null } = answer;
  return [{ message: id, at: formatInstant(at), scale, score, text }];
}

type Stated = Readonly<Record<string, { readonly value: Said; readonly at: Instant; readonly ref?: string }>>;

function statementViews(statements: Stated): StatementJson[] {
  return Object.entries(statements).map(([field, { value, at, ref }]) => ({
    field,
    value,
    at: formatInstant(at),
    ...(ref !== undefined && { source: ref }),
  }));
}
