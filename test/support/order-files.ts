import { csvLine } from '../../shared/contracts/exports/csv-text.ts';

/** An order of a made-up shop, as its webhooks have it under `data`. */
export interface FileOrder {
  readonly id: string;
  readonly currency: string;
  readonly total: string;
  readonly createdAt: string;
  readonly paidAt?: string;
  readonly updatedAt: string;
  readonly items: readonly {
    readonly productId: string;
    readonly sku: string;
    readonly title: string;
    readonly category: string;
    readonly quantity: number;
    readonly price: string;
  }[];
  readonly coupons?: readonly string[];
  readonly customer: { readonly id: string; readonly email?: string; readonly phone?: string; readonly name: string };
  readonly address: { readonly country: string; readonly province: string; readonly city: string };
}

const day = 86_400_000;
const titles = ['Longjing, 100 g', 'Cup "celadon"', 'Box\nof twelve', '白茶'];

/** Orders of a year, a customer for every three, one to three lines each; every tenth is not paid. */
export function fileOrders(count: number, from = Date.UTC(2025, 0, 1)): FileOrder[] {
  return Array.from({ length: count }, (_, index) => {
    const createdAt = from + Math.floor((index * 365 * day) / count) + (index % 1000) * 1000;
    const customer = (index * 7) % Math.ceil(count / 3);
    const lines = (index % 3) + 1;
    const isPaid = index % 10 !== 9;
    return {
      id: `n${100_000 + index}`,
      currency: 'CNY',
      total: `${lines * 64}.50`,
      createdAt: new Date(createdAt).toISOString(),
      ...(isPaid && { paidAt: new Date(createdAt + 60_000).toISOString() }),
      updatedAt: new Date(createdAt + 120_000).toISOString(),
      items: Array.from({ length: lines }, (__, line) => ({
        productId: `p${(index + line) % 4}`,
        sku: `p${(index + line) % 4}-a`,
        title: titles[(index + line) % 4] ?? '',
        category: line % 2 === 0 ? 'tea' : 'ware',
        quantity: line + 1,
        price: '32.00',
      })),
      ...(index % 5 === 0 && { coupons: ['SPRING'] }),
      customer: {
        id: `u${customer}`,
        ...(customer % 2 === 0 && { email: `buyer${customer}@example.com` }),
        ...(customer % 3 === 0 && { phone: `+861390${String(customer).padStart(7, '0')}` }),
        name: `Buyer ${customer}`,
      },
      address: { country: 'CN', province: '浙江省', city: '杭州市' },
    };
  });
}

export const orderColumns = [
  'id',
  'currency',
  'total',
  'createdAt',
  'paidAt',
  'updatedAt',
  'items.productId',
  'items.sku',
  'items.title',
  'items.category',
  'items.quantity',
  'items.price',
  'coupons',
  'customer.id',
  'customer.email',
  'customer.phone',
  'customer.name',
  'address.country',
  'address.province',
  'address.city',
] as const;

/** The rows of an order, one per line item. */
export function orderLines({ id, currency, total, createdAt, paidAt, updatedAt, ...order }: FileOrder): string[] {
  const { customer, address } = order;
  return order.items.map((item) =>
    csvLine([
      id,
      currency,
      total,
      createdAt,
      paidAt ?? null,
      updatedAt,
      item.productId,
      item.sku,
      item.title,
      item.category,
      item.quantity,
      item.price,
      order.coupons?.join(';') ?? null,
      customer.id,
      customer.email ?? null,
      customer.phone ?? null,
      customer.name,
      address.country,
      address.province,
      address.city,
    ]),
  );
}

export function orderCsv(orders: readonly FileOrder[]): string {
  return [csvLine(orderColumns), ...orders.flatMap(orderLines)].join('');
}
