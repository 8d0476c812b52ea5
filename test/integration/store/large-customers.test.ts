import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemBytes } from '../../../infra/local/usage/capacity.ts';
import { fileItem, readFileItem } from '../../../shared/adapters/dynamodb/customer-items.ts';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import { dynamoParkedEvents } from '../../../shared/adapters/dynamodb/workspace/parked-events.ts';
import { systemClock } from '../../../shared/adapters/system-clock.ts';
import { type CustomerFile, emptyFile } from '../../../shared/domain/customers/customer-file.ts';
import { RecordTooLargeError } from '../../../shared/usecases/ports.ts';
import { allItems } from '../../support/all-items.ts';
import { aBigBuyer } from '../../support/big-buyer.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { anOrder } from '../../support/intake-in-memory.ts';
import { type IntakeOnTables, intakeOnTables } from '../../support/intake-on-tables.ts';
import { seededNoise } from '../../support/seeded-noise.ts';

let tables: LocalTables;
let store: DynamoCustomerStore;
let intake: IntakeOnTables;
beforeAll(async () => {
  tables = await startTables();
  store = new DynamoCustomerStore(tables.client, tables.tableNames);
  intake = await intakeOnTables(tables);
});
afterAll(() => tables.stop());

const mostBytes = 400 * 1024;

/** A file of just so many bytes as an item; of noise, which nothing packs. */
function aFileOf(bytes: number, id = 'full'): CustomerFile {
  const at = Date.UTC(2026, 0, 1);
  const noise = seededNoise(2 * bytes, 1).toString('base64');
  const withNoise = (length: number): CustomerFile => ({
    ...emptyFile(id),
    statements: { 'attr.noise': { value: noise.slice(0, length), at, ref: '' } },
  });
  let [fits, tooMuch] = [0, noise.length];
  while (tooMuch - fits > 1) {
    const length = Math.floor((fits + tooMuch) / 2);
    const item = fileItem({ value: { type: 'file', file: withNoise(length) }, version: 0 });
    if (itemBytes(item) <= bytes) fits = length;
    else tooMuch = length;
  }
  return withNoise(fits);
}

const order = (id: string, buyer: string) =>
  JSON.stringify({
    type: 'order.updated',
    timestamp: '2026-11-20T02:05:00Z',
    data: anOrder({ id, customer: { id: buyer } }),
  });

/** A customer as the first order makes it, whose file then holds what `more` says. */
async function aCustomer(buyer: string, more: Pick<CustomerFile, 'orders' | 'statements'>): Promise<string> {
  await intake.deliver({ id: `${buyer}-first`, body: order(`${buyer}-first`, buyer) });
  const { customer: { S: id = '' } = {} } =
    (await allItems(tables, 'orders')).find((item) => item.order?.S === `north#${buyer}-first`) ?? {};
  const found = (await store.readFiles([id])).get(id);
  if (found?.value.type !== 'file') throw new Error('the first order made no customer');
  const { file } = found.value;
  const orders = new Map([...file.orders, ...more.orders]);
  const statements = { ...file.statements, ...more.statements };
  await store.commit({
    cause: buyer,
    files: [{ value: { type: 'file', file: { ...file, orders, statements } }, version: found.version }],
  });
  return id;
}

async function fileOf(id: string): Promise<CustomerFile> {
  const value = (await store.readFiles([id])).get(id)?.value;
  if (value?.type !== 'file') throw new Error('there is no such customer');
  return value.file;
}

describe('customers who buy much', () => {
  test('one of 6,000 purchases is added to by a webhook, and read one by one as in a scan', async () => {
    const id = await aCustomer('office', aBigBuyer('x', 6000));
    expect(await intake.deliver({ id: 'e1', body: order('office-next', 'office') })).toEqual({
      status: 200,
      outcome: 'recorded',
    });
    const file = await fileOf(id);
    expect(file.orders.size).toBe(6002);
    const { items } = await store.scanFiles(0, 1, undefined, 100);
    expect(items.find((one) => one.id === id)?.item?.value).toMatchObject({ type: 'file', file });
  });

  test('what no item holds is parked by its name, and nothing of it is written', async () => {
    const id = await aCustomer('full', aFileOf(mostBytes - 700));
    const before = await fileOf(id);
    const items = Array.from({ length: 40 }, (_, at) => ({
      productId: seededNoise(20, at).toString('hex'),
      title: 'Tea',
      quantity: 1,
      price: '1.00',
    }));
    const data = anOrder({ id: 'full-next', customer: { id: 'full' }, items });
    const body = JSON.stringify({ type: 'order.updated', timestamp: '2026-11-20T02:05:00Z', data });
    expect(await intake.deliver({ id: 'e2', body })).toMatchObject({ status: 202 });

    const workspace = { client: tables.client, name: tables.tableNames.workspace };
    const parked = await dynamoParkedEvents(workspace, systemClock).listParked({ reason: 'too_large' }, undefined, 10);
    expect(parked.items).toMatchObject([{ shop: 'north', reason: 'too_large', seen: 1 }]);
    expect(intake.queued).toEqual([]);
    expect(await fileOf(id)).toEqual(before);
    expect((await allItems(tables, 'orders')).filter((item) => item.order?.S === 'north#full-next')).toEqual([]);
  });

  test('the store names it, alone as among others', async () => {
    const tooMuch = { value: { type: 'file', file: aFileOf(mostBytes + 2000, 'c-too-much') }, version: 0 } as const;
    const other = { value: { type: 'file', file: emptyFile('c-other') }, version: 0 } as const;
    await expect(store.commit({ cause: 'x', files: [tooMuch] })).rejects.toThrow(RecordTooLargeError);
    await expect(store.commit({ cause: 'x', files: [other, tooMuch] })).rejects.toThrow(RecordTooLargeError);
    expect((await allItems(tables, 'customers')).map((item) => readFileItem(item).value)).not.toContainEqual(
      other.value,
    );
  });
});
