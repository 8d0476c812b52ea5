import type { Cell } from '../../contracts/exports/csv-text.ts';
import type { CustomerJson } from '../../contracts/http/customers.ts';
import { formatInstantOrNull } from '../../domain/calendar.ts';
import { formatAmount } from '../../domain/money.ts';
import { milestoneNames, type OrderDescription } from '../../domain/orders/order.ts';
import { paidAtOf, refundedAmount, statusOf } from '../../domain/orders/status.ts';
import { reactionKinds, type Touch } from '../../domain/touches/touch.ts';
import type { StoredOrder } from '../ports.ts';

/** A row by the names of its columns; absent ones are empty. An object is JSON in a cell of CSV. */
export type ExportRow = Readonly<Record<string, Cell | CustomerJson['attributes']>>;

/** A customer as the API shows one. */
export function customerRow(customer: CustomerJson): ExportRow {
  const { id, name, email, phone, gender, birthday, occupation, locale, timezone, region, stage, stageSince } =
    customer;
  const { rfm, tier, points, tags, attributes, consent, reachable } = customer;
  return {
    id,
    name,
    email,
    phone,
    gender,
    birthday,
    occupation,
    locale,
    timezone,
    ...region,
    stage,
    stageSince,
    ...summaryCells(customer.orders),
    'rfm.r': rfm?.r ?? null,
    'rfm.f': rfm?.f ?? null,
    'rfm.m': rfm?.m ?? null,
    'rfm.group': rfm?.group ?? null,
    tier,
    points,
    'consent.sms': consent.sms,
    'consent.email': consent.email,
    'reachable.sms': String(reachable.sms),
    'reachable.email': String(reachable.email),
    tags: tags.length > 0 ? tags.join(';') : null,
    attributes: Object.keys(attributes).length > 0 ? attributes : null,
  };
}

function summaryCells({ count, total, average, items, firstAt, lastAt }: CustomerJson['orders']): ExportRow {
  return {
    'orders.count': count,
    'orders.total': total.amount,
    'orders.average': average.amount,
    'orders.currency': total.currency,
    'orders.items': items,
    'orders.firstAt': firstAt,
    'orders.lastAt': lastAt,
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
    ...Object.fromEntries(milestoneNames.map((name) => [name, formatInstantOrNull(order.milestones[name])])),
    paidAt: formatInstantOrNull(paidAtOf(order)),
    updatedAt: formatInstantOrNull(order.description?.at),
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
    plannedAt: formatInstantOrNull(plannedAt),
    dueAt: formatInstantOrNull(dueAt),
    sentAt: formatInstantOrNull(sentAt),
    ...Object.fromEntries(reactionKinds.map((kind) => [kind, formatInstantOrNull(touch.reactions[kind])])),
  };
}

function text(value: string | number | boolean | undefined): string | null {
  return value === undefined ? null : String(value);
}
