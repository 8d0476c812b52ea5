import type { ShopEvent } from './shop-sender.ts';

/** One order through its life, as full snapshots, with what must be known of it at the end. */
export interface OrderLife {
  readonly id: string;
  readonly buyer: string;
  readonly events: readonly ShopEvent[];
  readonly status: string;
  /** What it adds to its customer, in minor units; undefined when it is no purchase. */
  readonly worth?: number;
}

const hour = 3_600_000;

const lives = [
  { status: 'completed', steps: ['created', 'paid', 'completed'] },
  { status: 'paid', steps: ['created', 'paid'] },
  { status: 'cancelled', steps: ['created', 'cancelled'] },
  { status: 'refunded', steps: ['created', 'paid', 'refunded'] },
  { status: 'partially_refunded', steps: ['created', 'paid', 'partly refunded'] },
] as const;

/**
 * Orders of a shop's month: 13 events for every 5 orders, spread over the buyers.
 * @param until when the youngest event happened
 */
export function livesOfOrders(orders: number, buyers: number, until: number): OrderLife[] {
  return Array.from({ length: orders }, (_, index): OrderLife => {
    const { status, steps } = lives[index % lives.length] ?? lives[0];
    const id = `o-${index}`;
    const buyer = `b-${(index * 7) % buyers}`;
    const total = 1000 + index * 37;
    const createdAt = until - (24 * ((index * 11) % 29) + 12) * hour;
    const at = (step: number) => new Date(createdAt + step * hour).toISOString();
    const events = steps.map((_step, last): ShopEvent => {
      const done = new Set<string>(steps.slice(0, last + 1));
      const refund = done.has('refunded') ? total : done.has('partly refunded') ? 250 : 0;
      const data = {
        id,
        currency: 'CNY',
        total: major(total),
        createdAt: at(0),
        ...(done.has('paid') && { paidAt: at(1) }),
        ...(done.has('completed') && { completedAt: at(2) }),
        ...(done.has('cancelled') && { cancelledAt: at(1) }),
        updatedAt: at(last),
        ...(refund > 0 && { refunds: [{ id: `${id}-r`, amount: major(refund), at: at(2) }] }),
        items: [{ productId: 'p-1', title: 'Tea', quantity: 1, price: major(total) }],
        customer: { id: buyer },
      };
      return { id: `${id}.${last}`, body: JSON.stringify({ type: 'order.updated', timestamp: at(last), data }) };
    });
    const worth = { completed: total, paid: total, partially_refunded: total - 250 } as Record<string, number>;
    return { id, buyer, events, status, ...(worth[status] !== undefined && { worth: worth[status] }) };
  });
}

/** `123.45` of 12345. */
export function major(minor: number): string {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
}

/** Purchases and their sum by buyer, added up the plain way. */
export function totalsByBuyer(orders: readonly OrderLife[]): Map<string, { count: number; total: string }> {
  const sums = new Map<string, { count: number; total: number }>();
  for (const { buyer, worth } of orders) {
    const sum = sums.get(buyer) ?? { count: 0, total: 0 };
    sums.set(buyer, worth === undefined ? sum : { count: sum.count + 1, total: sum.total + worth });
  }
  return new Map([...sums].map(([buyer, { count, total }]) => [buyer, { count, total: major(total) }]));
}
