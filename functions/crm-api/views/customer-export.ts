import type { CustomerJson } from '../../../shared/contracts/http/customers.ts';
import type { CustomerExportJson } from '../../../shared/contracts/http/privacy.ts';
import type { Role } from '../../../shared/domain/access/roles.ts';
import { formatDay, formatInstant, type Instant } from '../../../shared/domain/calendar.ts';
import type { Said } from '../../../shared/domain/customers/statements.ts';
import type { PointsAccount } from '../../../shared/domain/value/points.ts';
import type { CustomerDossier } from '../../../shared/usecases/export-customer.ts';
import { orderView } from './order.ts';
import { accountView, movementViews } from './points.ts';
import { touchView } from './touch.ts';

type StatementJson = CustomerExportJson['statements'][number];

/** Everything held of a customer, as they are given it. */
export function customerExportView(
  { file, orders, consents, touches, events, stages }: CustomerDossier,
  customer: CustomerJson,
  points: PointsAccount,
  now: Instant,
  role: Role,
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
    events: events.map(({ type, at, product }) => ({
      type,
      at: formatInstant(at),
      ...(product !== undefined && { product }),
    })),
    stages: stages.map(({ day, from, to }) => ({ day: formatDay(day), from, to })),
    points: { ...accountView(points), movements: movementViews(file, points, role) },
  };
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
