import type { WebhookEvent } from './intake-on-tables.ts';

const dayMs = 86_400_000;

/** What the webhooks of one order say, by the moments that are known; absent ones have not come yet. */
export interface ShopOrder {
  readonly id: string;
  readonly customer: number;
  readonly createdAt: number;
  readonly paidAt?: number;
  readonly shippedAt?: number;
  readonly deliveredAt?: number;
}

/** A webhook of an order as a shop sends it: one or two lines, an address, a buyer with phone, mailbox and consents. */
export function orderWebhook(order: ShopOrder): WebhookEvent {
  const { id, customer, createdAt, ...milestones } = order;
  const moments = Object.entries(milestones).filter(([, at]) => at !== undefined);
  const updatedAt = Math.max(createdAt, ...moments.map(([, at]) => Number(at)));
  const data = {
    id,
    currency: 'CNY',
    total: '216.00',
    shipping: '0.00',
    createdAt: iso(createdAt),
    ...Object.fromEntries(moments.map(([name, at]) => [name, iso(Number(at))])),
    updatedAt: iso(updatedAt),
    paymentMethod: 'alipay',
    items: [
      {
        productId: 'tea-01',
        sku: 'tea-01-100',
        title: 'Longjing tea, 100 g',
        category: 'tea',
        quantity: 1,
        price: '128.00',
      },
      { productId: 'cup-01', sku: 'cup-01-blue', title: 'Celadon cup', category: 'ware', quantity: 1, price: '88.00' },
    ],
    customer: {
      id: `buyer-${customer}`,
      name: 'Li Na',
      phone: `+86199${String(customer).padStart(8, '0')}`,
      email: `buyer${customer}@example.com`,
      gender: 'female',
      consent: { sms: true, email: true },
    },
    address: { country: 'CN', province: 'Zhejiang', city: 'Hangzhou' },
    channel: 'mini-program',
  };
  const body = JSON.stringify({ type: 'order.updated', timestamp: iso(updatedAt), data });
  return { id: `${id}-${updatedAt}`, body };
}

export interface ShopEvent {
  readonly kind: "new customer's first order" | 'further order' | 'milestone';
  readonly event: WebhookEvent;
}

/**
 * A shop's webhooks: each customer's first order, it is shipped, a further order, it is shipped and delivered. In waves
 * over all customers, so that no two events of one customer are ever under way together.
 */
export function shopEvents(customers: number, now: number): ShopEvent[] {
  const all = Array.from({ length: customers }, (_, customer) => customer);
  const first = (customer: number) => {
    const paidAt = now - 100 * dayMs + customer * 1000;
    return { id: `a${customer}`, customer, createdAt: paidAt - 60_000, paidAt };
  };
  const second = (customer: number) => {
    const paidAt = now - 20 * dayMs + customer * 1000;
    return { id: `b${customer}`, customer, createdAt: paidAt - 60_000, paidAt };
  };
  const shipped = (order: ShopOrder) => ({ ...order, shippedAt: order.createdAt + dayMs });
  const delivered = (order: ShopOrder) => ({ ...shipped(order), deliveredAt: order.createdAt + 3 * dayMs });
  const wave = (kind: ShopEvent['kind'], order: (customer: number) => ShopOrder): ShopEvent[] =>
    all.map((customer) => ({ kind, event: orderWebhook(order(customer)) }));
  return [
    ...wave("new customer's first order", first),
    ...wave('milestone', (customer) => shipped(first(customer))),
    ...wave('further order', second),
    ...wave('milestone', (customer) => shipped(second(customer))),
    ...wave('milestone', (customer) => delivered(second(customer))),
  ];
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
