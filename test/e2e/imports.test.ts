import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsOf } from '../../shared/domain/customers/customer-file.ts';
import { huitou as runHuitou } from '../support/command-line.ts';
import { fileOrders, orderCsv, orderLines } from '../support/order-files.ts';
import { startWholeStack, type WholeStack } from '../support/whole-stack.ts';

/** Up to this moment: the last day's orders would be confirmed, did they come by webhook. */
const year = 365 * 86_400_000;
const orders = fileOrders(2000, Date.now() - year);
const rowCount = orders.flatMap(orderLines).length;

let whole: WholeStack;
const folder = mkdtempSync(join(tmpdir(), 'huitou-imports-'));
const path = (name: string) => join(folder, name);

beforeAll(async () => {
  whole = await startWholeStack();
  await whole.connectShop({ id: 'north', currency: 'CNY', timezone: 'Asia/Shanghai' });
});
afterAll(async () => {
  await whole.stop();
  rmSync(folder, { recursive: true });
});

const huitou = (...args: string[]) => runHuitou(whole, args);

const facts = async () => (await whole.files()).map((file) => JSON.stringify(factsOf(file))).sort();

describe('history through the command line', () => {
  it('comes in whole, and tells nobody', async () => {
    writeFileSync(path('orders.csv'), `\ufeff${orderCsv(orders)}`);
    const { code, out, err } = await huitou('import', path('orders.csv'), '--shop', 'north');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    // A part that is broken off and done again finds what it recorded before unchanged.
    const [, ...counts] = /([\d,]+) rows: ([\d,]+) recorded, ([\d,]+) unchanged, 0 rejected/.exec(out) ?? [];
    const [read = 0, recorded = 0, unchanged = 0] = counts.map((count) => Number(count.replaceAll(',', '')));
    expect([read, recorded + unchanged]).toEqual([rowCount, rowCount]);
    expect(recorded).toBeGreaterThan(0);
    expect(await whole.files()).toHaveLength(new Set(orders.map(({ customer }) => customer.id)).size);
    expect(await whole.items('orders')).toHaveLength(orders.length);
    await whole.stack.idle();
    expect(await whole.items('touches')).toEqual([]);
  });

  it('changes nothing the second time', async () => {
    const before = await facts();
    const { out } = await huitou('import', path('orders.csv'), '--shop', 'north');
    expect(out).toContain(`0 recorded, ${rowCount.toLocaleString('en-US')} unchanged, 0 rejected`);
    expect(await facts()).toEqual(before);
  });

  it('leaves out what cannot be read, and says where it is', async () => {
    const some = orderCsv(fileOrders(9, Date.now() - year).map((order) => ({ ...order, id: `x${order.id}` })));
    writeFileSync(path('broken.csv'), some.replace(/^xn100004,CNY,/m, 'xn100004,"CNY,'));
    const { code, out } = await huitou('import', path('broken.csv'), '--shop', 'north');
    expect(code).toBe(0);
    expect(out).toMatch(/1[78] rows: .* 0 unchanged, [12] rejected/);
    expect(readFileSync(path('broken.csv.rejected.csv'), 'utf8')).toContain('a quote is not closed');
  });

  it('says what is wrong with a file and with a request', async () => {
    writeFileSync(path('other.csv'), 'a,b\n1,2\n');
    expect(await huitou('import', path('other.csv'), '--shop', 'north')).toMatchObject({
      code: 1,
      err: expect.stringContaining('No column holds "id", "total", "createdAt"; the file has "a", "b"'),
    });
    const unknown = await huitou('import', path('other.csv'), '--shop', 'south');
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('shop there is no such shop') });
  });

  it('goes out again, without names for an analyst', async () => {
    const { code, out } = await huitou('export', 'customers', '--out', path('customers.csv'));
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('rows in') });
    expect(readFileSync(path('customers.csv'), 'utf8')).toContain('buyer0@example.com');

    const { key } = await whole.call('POST', '/v1/keys', { name: 'counts', role: 'analyst' });
    const created = await whole.ask('POST', '/v1/exports', { kind: 'customers', format: 'ndjson' }, key);
    expect(created.status).toBe(201);
    await whole.stack.idle();
    const { file, status } = (await whole.ask('GET', `/v1/exports/${created.json.id}`, undefined, key)).json;
    expect(status).toBe('done');
    const text = await (await fetch(file.url)).text();
    expect(text.trimEnd().split('\n')).toHaveLength((await whole.files()).length);
    expect(text).not.toMatch(/buyer\d+@example|\+86139|Buyer \d/);
  });

  it('of customers, tagged and consenting, and of products', async () => {
    writeFileSync(
      path('customers-in.csv'),
      'email,name,tags,consent.email,consentAt,updatedAt\nnew@example.com,New,vip;tea,yes,2026-01-01,2026-01-02\n',
    );
    const customers = await huitou('import', path('customers-in.csv'), '--shop', 'north', '--kind', 'customers');
    expect(customers.out).toContain('1 rows: 1 recorded');
    const { items } = await whole.call('GET', '/v1/customers?email=new@example.com');
    expect(items[0]).toMatchObject({ name: 'New', consent: { email: 'granted' } });

    writeFileSync(path('products.ndjson'), '{"id":"p1","title":"Tea","price":"12.50"}\n{"id":"p2"}\n');
    const products = await huitou('import', path('products.ndjson'), '--shop', 'north', '--kind', 'products');
    expect(products.out).toContain('2 rows: 1 recorded, 0 unchanged, 1 rejected');
    expect((await whole.call('GET', '/v1/products?shop=north')).items).toMatchObject([{ id: 'p1', price: '12.50' }]);
  });
});
