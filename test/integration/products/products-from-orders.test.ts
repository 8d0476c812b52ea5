import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import type { Order, OrderItem } from '../../../shared/domain/orders/order.ts';
import { joinRegisters } from '../../../shared/domain/register.ts';
import { productsFromOrders } from '../../../shared/usecases/orders/products-from-orders.ts';
import type { ProductStore } from '../../../shared/usecases/transfers/transfer-ports.ts';
import { type ApiUnderTest, startApi } from '../../support/crm-api.ts';

const minute = 60_000;
const tea: OrderItem = { productId: 'tea', title: 'Tea', category: 'tea', quantity: 2, price: 1250 };

let api: ApiUnderTest;
/** Requests that the gathering made of the catalogue. */
let requests: string[] = [];

beforeAll(async () => {
  api = await startApi();
  for (const id of ['north', 'south']) {
    const body = { id, platform: 'generic', name: id, currency: 'CNY', timezone: 'Asia/Shanghai' };
    expect((await api.call('POST', '/v1/shops', { body })).status).toBe(201);
  }
});
afterAll(() => api?.local.stop());

function orderOf(
  items: readonly OrderItem[],
  at: number,
  over: { shop?: string; currency?: string; test?: boolean } = {},
) {
  const { shop = 'north', currency = 'CNY', test } = over;
  const value = { currency, total: 2500, items, ...(test && { test }) };
  const description = joinRegisters(undefined, { at, value });
  const order: Order = {
    shop,
    id: `o${at}`,
    milestones: { createdAt: at },
    refunds: [],
    ...(description && { description }),
    tracking: [],
    identities: [],
    statements: {},
    statedAt: at,
  };
  return order;
}

/** One step of a census over these orders, in files of one order each. */
async function night(orders: readonly Order[]): Promise<void> {
  const { products, shops } = api.deps;
  requests = [];
  const counting: Pick<ProductStore, 'readCatalogue' | 'saveFromOrder'> = {
    readCatalogue(shop) {
      requests.push(`read ${shop}`);
      return products.readCatalogue(shop);
    },
    saveFromOrder(product) {
      requests.push(`save ${product.id}`);
      return products.saveFromOrder(product);
    },
  };
  const gathering = productsFromOrders(api.time, { products: counting, shops });
  for (const order of orders) {
    gathering.see(order);
    await gathering.save();
  }
}

const get = async (id: string, shop = 'north') => (await api.call('GET', `/v1/products/${shop}/${id}`)).json;

describe('the catalogue', () => {
  it('is filled from the lines of orders, as the newest has them, with one look at it', async () => {
    const cup: OrderItem = { productId: 'cup', title: 'Cup', quantity: 1, price: 990 };
    const at = api.time - 10 * minute;
    await night([
      orderOf([tea], at),
      orderOf([{ ...tea, title: 'Green tea', price: 1300 }, cup], at + minute),
      orderOf([{ ...tea, title: 'Old tea' }], at - minute),
    ]);
    expect(requests).toEqual(['read north', 'save tea', 'save tea', 'save cup']);
    expect(await get('tea')).toMatchObject({
      title: 'Green tea',
      category: 'tea',
      price: '13.00',
      currency: 'CNY',
      source: 'orders',
      updatedAt: formatInstant(at + minute),
    });
    expect(await get('cup')).toMatchObject({ title: 'Cup', category: null, price: '9.90', source: 'orders' });
    // The next night has nothing to say.
    await night([orderOf([tea, cup], at), orderOf([cup], at + 2 * minute)]);
    expect(requests).toEqual(['read north']);
  });

  it('takes no price in another currency, and nothing from test orders, unknown shops or lines that name nothing', async () => {
    const at = api.time - 5 * minute;
    await night([
      orderOf([{ ...tea, productId: 'abroad' }], at, { shop: 'south', currency: 'USD' }),
      orderOf([{ ...tea, productId: 'trial' }], at, { test: true }),
      orderOf([{ ...tea, productId: 'gone' }], at, { shop: 'closed' }),
      orderOf(
        [
          { ...tea, title: ' ' },
          { ...tea, productId: 'x'.repeat(201) },
        ],
        at,
        { shop: 'south' },
      ),
    ]);
    expect(requests).toEqual(['read south', 'save abroad']);
    expect((await api.call('GET', '/v1/products?shop=south')).json.items).toMatchObject([
      { id: 'abroad', price: null },
    ]);
  });

  it('is what the shop says, once it says something', async () => {
    const body = { shop: 'north', id: 'tea', title: 'Longjing', price: '15.00', cost: '5.00' };
    const saved = await api.call('POST', '/v1/products', { body });
    expect(saved.json).toMatchObject({ title: 'Longjing', category: null, source: 'shop' });
    await night([orderOf([{ ...tea, title: 'Later tea' }], api.time)]);
    expect(requests).toEqual(['read north']);
    const later = { id: 'tea', title: 'Raced', shop: 'north', updatedAt: api.time + minute };
    expect(await api.deps.products.saveFromOrder(later)).toBe(false);
    expect(await get('tea')).toMatchObject({ title: 'Longjing', cost: '5.00', source: 'shop' });
    // The very words that orders had are the shop's from now on.
    const cup = { shop: 'north', id: 'cup', title: 'Cup', price: '9.90' };
    expect((await api.call('POST', '/v1/products', { body: cup })).json).toMatchObject({ source: 'shop' });
  });

  it('does without a product that was removed until an order made later names it', async () => {
    const analyst = await api.keyOf('analyst');
    const path = '/v1/products/north/tea';
    expect((await api.call('DELETE', path, { key: analyst })).status).toBe(403);
    expect((await api.call('DELETE', path)).status).toBe(204);
    expect((await api.call('DELETE', path)).status).toBe(404);
    expect((await api.call('GET', path)).status).toBe(404);
    const { items } = (await api.call('GET', '/v1/products?shop=north')).json;
    expect(items.map(({ id }: { id: string }) => id)).toEqual(['cup']);
    const { items: log } = (await api.call('GET', '/v1/audit')).json;
    expect(log[0]).toMatchObject({ action: 'product.removed', target: 'product/north/tea' });
    await night([orderOf([tea], api.time - minute)]);
    expect(requests).toEqual(['read north']);
    api.time += 10 * minute;
    await night([orderOf([tea], api.time - minute)]);
    expect(await get('tea')).toMatchObject({ title: 'Tea', price: '12.50', cost: null, source: 'orders' });
  });
});
