import type { Cell } from '../contracts/exports/csv-text.ts';
import { formatDay, formatInstant, type Instant } from '../domain/calendar.ts';
import { type CustomerFile, purchasesOf } from '../domain/customers/customer-file.ts';
import { summarise } from '../domain/customers/summary.ts';
import { stageAt, stageSince } from '../domain/life-cycle/stage.ts';
import { formatAmount, type Money } from '../domain/money.ts';
import { milestoneNames, type OrderDescription } from '../domain/orders/order.ts';
import { paidAtOf, refundedAmount, statusOf } from '../domain/orders/status.ts';
import type { Settings } from '../domain/settings/settings.ts';
import { reactionKinds, type Touch } from '../domain/touches/touch.ts';
import type { readReach } from './explain-contact.ts';
import type { StoredOrder } from './ports.ts';

/** A row by the names of its columns; absent ones are empty. */
export type ExportRow = Readonly<Record<string, Cell>>;

const TAG = 'tag.';

/** A customer, everything derived from the facts as of `now`. */
export function customerRow(
  file: CustomerFile,
  now: Instant,
  settings: Settings,
  reach: Awaited<ReturnType<typeof readReach>>,
): ExportRow {
  const purchases = purchasesOf(file);
  const since = stageSince(purchases, now, settings.stages, settings.timezone);
  const stated = ['name', 'email', 'phone', 'gender', 'birthday', 'locale', 'timezone', 'country', 'province', 'city'];
  const basics = stated.map((field) => [field, text(file.statements[field]?.value)] as const);
  const tags = Object.entries(file.statements).flatMap(([field, { value }]) =>
    field.startsWith(TAG) && value === true ? [field.slice(TAG.length)] : [],
  );
  const channels = (['sms', 'email'] as const).flatMap((channel) => {
    const { consent, reachable } = reach(file.id, channel);
    return [
      [`consent.${channel}`, consent],
      [`reachable.${channel}`, String(reachable)],
    ];
  });
  return {
    id: file.id,
    ...Object.fromEntries(basics),
    stage: stageAt(purchases, now, settings.stages, settings.timezone),
    stageSince: since === undefined ? null : formatDay(since),
    ...summaryCells(summarise(purchases, now, settings)),
    ...Object.fromEntries(channels),
    tags: tags.length > 0 ? tags.join(';') : null,
  };
}

function summaryCells({ count, total, average, items, firstAt, lastAt }: ReturnType<typeof summarise>): ExportRow {
  const amount = (money: Money) => formatAmount(money.amount, money.currency);
  return {
    'orders.count': count,
    'orders.total': amount(total),
    'orders.average': amount(average),
    'orders.currency': total.currency,
    'orders.items': items,
    'orders.firstAt': instant(firstAt),
    'orders.lastAt': instant(lastAt),
  };
}

/** An order as imports read one: a row per line item, at least one. */
export function orderRows({ order, customer }: StoredOrder): ExportRow[] {
  const described = order.description?.value;
  const common = {
    id: order.id,
    shop: order.shop,
    customer: customer ?? null,
    'order.status': statusOf(order),
    ...Object.fromEntries(milestoneNames.map((name) => [name, instant(order.milestones[name])])),
    paidAt: instant(paidAtOf(order)),
    updatedAt: instant(order.description?.at),
    ...(described && {
      ...descriptionCells(described),
      refunded: formatAmount(refundedAmount(order), described.currency),
    }),
  };
  const items = (described?.items ?? []).map((item) => ({
    ...common,
    'items.productId': item.productId,
    'items.sku': item.sku ?? null,
    'items.title': item.title,
    'items.category': item.category ?? null,
    'items.quantity': item.quantity,
    'items.price': formatAmount(item.price, described?.currency ?? ''),
  }));
  return items.length > 0 ? items : [common];
}

function descriptionCells(described: OrderDescription): ExportRow {
  const { currency, total, discount, shipping, test, paymentMethod, coupons, buyer, address, channel, source } =
    described;
  const amount = (minor: number | undefined) => (minor === undefined ? null : formatAmount(minor, currency));
  return {
    currency,
    total: amount(total),
    discount: amount(discount),
    shipping: amount(shipping),
    test: text(test),
    paymentMethod: text(paymentMethod),
    coupons: coupons && coupons.length > 0 ? coupons.join(';') : null,
    'customer.id': text(buyer?.id),
    'customer.name': text(buyer?.name),
    'customer.email': text(buyer?.email),
    'customer.phone': text(buyer?.phone),
    'address.country': text(address?.country),
    'address.province': text(address?.province),
    'address.city': text(address?.city),
    channel: text(channel),
    source: text(source),
  };
}

export function touchRow(touch: Touch): ExportRow {
  const { id, customer, origin, channel, class: messageClass, state, reason, plannedAt, dueAt, sentAt } = touch;
  return {
    id,
    customer,
    journey: origin.id,
    step: origin.step,
    channel,
    class: messageClass,
    state,
    reason: text(reason),
    plannedAt: instant(plannedAt),
    dueAt: instant(dueAt),
    sentAt: instant(sentAt),
    ...Object.fromEntries(reactionKinds.map((kind) => [kind, instant(touch.reactions[kind])])),
  };
}

function text(value: string | number | boolean | undefined): string | null {
  return value === undefined ? null : String(value);
}

function instant(at: Instant | undefined): string | null {
  return at === undefined ? null : formatInstant(at);
}
