import type { OrderJson } from '../../../shared/contracts/http/orders.ts';
import { type Role, seesPersonalData } from '../../../shared/domain/access/roles.ts';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import { formatAmount } from '../../../shared/domain/money.ts';
import {
  milestoneNames,
  type Order,
  type OrderDescription,
  type OrderItem,
  type Refund,
} from '../../../shared/domain/orders/order.ts';
import { paidAtOf, refundedAmount, statusOf } from '../../../shared/domain/orders/status.ts';

/** The merged order as the contract writes one, with what is derived; without the buyer where the role sees nobody. */
export function orderView(order: Order, customerId: string | undefined, role: Role): OrderJson {
  const { description } = order;
  const currency = description?.value.currency ?? '';
  const amount = (minor: number) => formatAmount(minor, currency);
  return {
    shop: order.shop,
    id: order.id,
    status: statusOf(order),
    customerId: customerId ?? null,
    ...milestonesView(order),
    ...(description && {
      ...descriptionView(description.value, amount, role),
      refunded: amount(refundedAmount(order)),
      updatedAt: formatInstant(description.at),
    }),
    refunds: order.refunds.map(({ value }) => refundView(value, amount, role)),
    items: (description?.value.items ?? []).map((item) => itemView(item, amount)),
    ...trackingView(order, role),
    ...(description?.value.buyer && seesPersonalData(role) && { customer: { ...description.value.buyer } }),
  };
}

type Amount = (minor: number) => string;

function milestonesView(order: Order): Partial<OrderJson> {
  const known: Partial<Record<(typeof milestoneNames)[number], string>> = {};
  for (const name of milestoneNames) {
    const at = name === 'paidAt' ? paidAtOf(order) : order.milestones[name];
    if (at !== undefined) known[name] = formatInstant(at);
  }
  return known;
}

/** A source can be an address of a page with whatever it was called with. */
function descriptionView(description: OrderDescription, amount: Amount, role: Role) {
  const { currency, total, discount, shipping, test, paymentMethod, coupons, promotions, address, channel, source } =
    description;
  return {
    currency,
    total: amount(total),
    ...(discount !== undefined && { discount: amount(discount) }),
    ...(shipping !== undefined && { shipping: amount(shipping) }),
    ...(test !== undefined && { test }),
    ...(paymentMethod !== undefined && { paymentMethod }),
    ...(coupons && { coupons: [...coupons] }),
    ...(promotions && { promotions: [...promotions] }),
    ...(address && { address: { ...address } }),
    ...(channel !== undefined && { channel }),
    ...(source !== undefined && seesPersonalData(role) && { source }),
  };
}

/** Why, somebody wrote in words of their own. */
function refundView({ id, amount: refunded, at, status, reason, items }: Refund, amount: Amount, role: Role) {
  return {
    id,
    amount: amount(refunded),
    at: formatInstant(at),
    status,
    ...(reason !== undefined && seesPersonalData(role) && { reason }),
    ...(items && { items: items.map((item) => ({ ...item, amount: amount(item.amount) })) }),
  };
}

function itemView(item: OrderItem, amount: Amount) {
  return { ...item, price: amount(item.price) };
}

/** A tracking number leads to a name and an address at the carrier's. */
function trackingView({ description, tracking }: Order, role: Role): Pick<OrderJson, 'tracking'> {
  const carrier = description?.value.carrier;
  if (!carrier && tracking.length === 0) return {};
  const { name, number, url } = carrier ?? {};
  return {
    tracking: {
      ...(name !== undefined && { carrier: name }),
      ...(seesPersonalData(role) && { ...(number !== undefined && { number }), ...(url !== undefined && { url }) }),
      events: tracking.map(({ code, at }) => ({ code, at: formatInstant(at) })),
    },
  };
}
