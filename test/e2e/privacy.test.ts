import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Item } from '../../shared/adapters/dynamodb/customer-items.ts';
import { type TableName, tables } from '../../shared/contracts/tables.ts';
import { type ShopAddress, sendAll } from '../support/shop-sender.ts';
import { sendShopify } from '../support/shopify-sender.ts';
import { startWholeStack, type WholeStack } from '../support/whole-stack.ts';

/** Somebody who buys, is written to, and asks the platform to be forgotten. */
let whole: WholeStack;
let tea: ShopAddress;
const secret = 'shpss_0123456789abcdef0123456789abcdef';
const zoe = { id: 'zq-771', name: 'Zoe Quillfeather', email: 'zoe.quill@example.com', phone: '+8613912345678' };
const known = [...Object.values(zoe), '13912345678', 'Quillhaven'];

beforeAll(async () => {
  whole = await startWholeStack();
  tea = await whole.connectShop({ id: 'tea', currency: 'CNY', timezone: 'Asia/Shanghai' });
  const shopify = { id: 'plants', platform: 'shopify', name: 'Plants', currency: 'CNY', secret };
  await whole.call('POST', '/v1/shops', shopify);
});
afterAll(() => whole?.stop());

let events = 0;
async function order(id: string, more: object = {}): Promise<void> {
  const at = new Date(tea.now() - 60_000).toISOString();
  const times = { createdAt: at, paidAt: at, updatedAt: at };
  const address = { country: 'CN', province: 'Zhejiang', city: 'Quillhaven' };
  const data = { id, currency: 'CNY', total: '88.00', ...times, items: [], customer: zoe, address, ...more };
  const body = JSON.stringify({ type: 'order.updated', timestamp: at, data });
  await sendAll(tea, [{ id: `event-${++events}`, body }], { lanes: 1, patienceMs: 10_000 });
}

async function everything(): Promise<string> {
  const items = await Promise.all((Object.keys(tables) as TableName[]).map((name) => whole.items(name)));
  return items.flat().map(textOf).join('\n');
}

function textOf(item: Item): string {
  const bodies = Object.values(item).flatMap(({ B }) => (B ? [gunzipSync(B).toString('utf8')] : []));
  return `${JSON.stringify(item)} ${bodies.join(' ')}`;
}

const foundIn = (text: string) => known.filter((one) => text.includes(one));

test('a redaction of Shopify empties every table, and nobody comes back', async () => {
  const { stack, call, ask } = whole;
  await order('o-1');
  await order('o-2', { total: 'free' });
  await stack.idle();
  const [{ id }] = (await call('GET', `/v1/customers?email=${zoe.email}`)).items;
  expect(foundIn(await everything())).toEqual(known);
  const redact = { shop_id: 1, shop_domain: 'plants.example', customer: { id: 9, email: zoe.email, phone: zoe.phone } };
  const address = { url: stack.url, shop: 'plants', secret };
  expect(await sendShopify(address, 'customers/data_request', redact)).toBe(200);
  expect(await sendShopify(address, 'customers/redact', redact)).toBe(200);
  await stack.idle();
  expect(await call('GET', `/v1/customers/${id}/erasure`)).toMatchObject({ customer: id, done: true });
  expect(foundIn(await everything())).toEqual([]);
  await order('o-1', { shippedAt: new Date(tea.now()).toISOString() });
  await order('o-3', { customer: { ...zoe, id: 'another' } });
  await stack.idle();
  expect((await ask('GET', `/v1/customers/${id}`)).status).toBe(404);
  expect((await call('GET', `/v1/customers?email=${zoe.email}`)).items).toEqual([]);
  expect(await call('GET', '/v1/orders/tea/o-3')).toMatchObject({ status: 'paid', total: '88.00', customerId: null });
  expect(foundIn(await everything())).toEqual([]);
  expect(stack.logs().filter(({ text }) => foundIn(text).length > 0)).toEqual([]);
  expect(await stack.deadLetters()).toEqual([]);
});
