import { dayMs, hourMs } from '../../../shared/domain/durations.ts';
import { seededRandom } from '../seeded-random.ts';

/** One signed event of the demo shop, ready to be sent. */
export interface DemoEvent {
  readonly id: string;
  readonly body: string;
}

const customers = 420;
const orders = 900;
/** So many of them of the last day: their buyers get a confirmation. */
const ordersToday = 12;

const surnames = ['Li', 'Wang', 'Zhang', 'Liu', 'Chen', 'Yang', 'Zhao', 'Huang', 'Zhou', 'Wu'];
const names = ['Na', 'Wei', 'Min', 'Jing', 'Yan', 'Lei', 'Fang', 'Qiang', 'Xia', 'Bo'];
const places = [
  { country: 'CN', province: 'Shanghai', city: 'Shanghai' },
  { country: 'CN', province: 'Guangdong', city: 'Shenzhen' },
  { country: 'CN', province: 'Zhejiang', city: 'Hangzhou' },
  { country: 'CN', province: 'Sichuan', city: 'Chengdu' },
];
const goods = [
  { productId: 'tea-01', title: 'Longjing tea, 100 g', category: 'tea', price: 128 },
  { productId: 'tea-02', title: 'Pu-erh cake, 357 g', category: 'tea', price: 260 },
  { productId: 'cup-01', title: 'Celadon cup', category: 'ware', price: 88 },
  { productId: 'pot-01', title: 'Yixing pot', category: 'ware', price: 420 },
  { productId: 'oil-01', title: 'Camellia oil', category: 'care', price: 69 },
];

/**
 * A year of a small tea shop, ending at `now`: most customers buy once or twice, some every month; a few orders are never
 * paid, a few are refunded. Every change of an order is an event of its own, in the order of the year.
 */
export function demoEvents(now: number, seed = 20261123): DemoEvent[] {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const events: (DemoEvent & { readonly at: number })[] = [];
  for (let number = 1; number <= orders; number++) {
    // Squared: low numbers, the regulars, come often; high ones once.
    const who = Math.floor(random() ** 1.7 * customers) + 1;
    const daysAgo = number > orders - ordersToday ? 0.1 + random() * 0.8 : random() ** 0.8 * 365;
    const createdAt = now - Math.floor(daysAgo * dayMs);
    const items = [1, 2].slice(0, random() < 0.3 ? 2 : 1).map(() => ({ ...pick(goods), quantity: 1 }));
    const total = items.reduce((sum, { price }) => sum + price, 0);
    const order = {
      id: `2026${String(number).padStart(5, '0')}`,
      currency: 'CNY',
      total: `${total}.00`,
      createdAt: iso(createdAt),
      updatedAt: iso(createdAt),
      items: items.map((item) => ({ ...item, price: `${item.price}.00` })),
      customer: demoCustomer(who),
      address: places[who % places.length],
      channel: who % 3 === 0 ? 'mini-program' : 'web',
    };
    const push = (at: number, changes: object) => {
      if (at > now) return;
      const data = { ...order, ...changes, updatedAt: iso(at) };
      const body = JSON.stringify({ type: 'order.updated', timestamp: iso(at), data });
      events.push({ at, id: `demo-${order.id}-${events.length}`, body });
    };
    if (random() < 0.06) {
      push(createdAt, {});
      continue;
    }
    const paidAt = createdAt + Math.floor(random() * hourMs);
    const shippedAt = paidAt + Math.floor((0.5 + random()) * dayMs);
    push(paidAt, { paidAt: iso(paidAt) });
    push(shippedAt, { paidAt: iso(paidAt), shippedAt: iso(shippedAt) });
    if (random() < 0.04) {
      const at = shippedAt + 4 * dayMs;
      const refunds = [{ id: `r-${order.id}`, amount: order.total, at: iso(at), status: 'success', reason: 'damaged' }];
      push(at, { paidAt: iso(paidAt), shippedAt: iso(shippedAt), refunds });
    }
  }
  return events.sort((a, b) => a.at - b.at).map(({ id, body }) => ({ id, body }));
}

/** Numbers no operator has given out, and a domain kept for examples: nobody is written to. */
function demoCustomer(who: number) {
  const consent = who % 4 === 0 ? {} : { consent: { sms: who % 2 === 0, email: true } };
  return {
    id: `buyer-${who}`,
    name: `${surnames[who % surnames.length]} ${names[Math.floor(who / 10) % names.length]}`,
    phone: `+86199000${String(who).padStart(5, '0')}`,
    ...(who % 2 === 0 && { email: `buyer${who}@example.com` }),
    gender: who % 3 === 0 ? 'male' : 'female',
    ...consent,
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
