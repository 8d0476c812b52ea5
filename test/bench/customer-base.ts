import { createHash } from 'node:crypto';
import { BatchWriteItemCommand, type DynamoDBClient, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { seededRandom } from '../../infra/local/seeded-random.ts';
import { fileItem, type Item } from '../../shared/adapters/dynamodb/customer-items.ts';
import { stampAll } from '../../shared/contracts/platforms/reading-fields.ts';
import { type Day, dayOf, type Instant, startOfDay } from '../../shared/domain/calendar.ts';
import {
  type CustomerFile,
  emptyFile,
  withIdentities,
  withOrder,
} from '../../shared/domain/customers/customer-file.ts';
import { noticeCustomer } from '../../shared/domain/customers/notice-customer.ts';
import { consentField } from '../../shared/domain/customers/statements.ts';
import type { BoughtLine } from '../../shared/domain/orders/bought-lines.ts';
import { defaultSettings } from '../../shared/domain/settings/settings.ts';
import { inLanes } from './rounds.ts';

const dayMs = 86_400_000;

/** A customer as stored after the night before. */
export interface BaseCustomer {
  readonly file: CustomerFile;
  readonly item: Item;
  readonly isDue: boolean;
}

/** So many customers of one to six orders each, of whom the first `due` change their stage in the night of `asOf`. */
export function* customerBase(customers: number, due: number, asOf: Instant): Generator<BaseCustomer> {
  const random = seededRandom(7);
  for (let number = 0; number < customers; number++) {
    const wanted = number < due;
    let customer = drawn(number, wanted, asOf, random);
    while (customer.isDue !== wanted) customer = drawn(number, wanted, asOf, random);
    yield customer;
  }
}

function drawn(number: number, due: boolean, asOf: Instant, random: () => number): BaseCustomer {
  const { timezone, stages } = defaultSettings;
  const today = dayOf(asOf, timezone);
  const limits = [stages.l1, stages.l2, stages.l3];
  const limit = limits[Math.floor(random() * limits.length)] ?? stages.l1;
  const last = due ? today - limit - 1 : today - 1 - Math.floor(random() * 500);
  const file = fileOf(number, purchaseDays(last, random), random);
  const told = noticeCustomer(file, asOf - dayMs, 'purchase', defaultSettings);
  const noticed = { ...file, noticed: told.noticed };
  const dueAt = told.dueAt === undefined ? {} : { dueAt: told.dueAt };
  return {
    file: noticed,
    item: fileItem({ value: { type: 'file', file: noticed, ...dueAt }, version: file.orders.size }),
    isDue: told.dueAt !== undefined && told.dueAt <= asOf,
  };
}

/** Ascending; one to six, mostly few. */
function purchaseDays(last: Day, random: () => number): Day[] {
  const days = [last];
  const orders = 1 + Math.floor(random() ** 2 * 6);
  while (days.length < orders) days.unshift((days[0] ?? last) - 5 - Math.floor(random() * 110));
  return days;
}

function fileOf(number: number, days: readonly Day[], random: () => number): CustomerFile {
  const hash = (text: string) => createHash('sha256').update(`${text}${number}`).digest('base64url').slice(0, 22);
  const keys = [`b:${hash('b')}`, `p:${hash('p')}`, ...(random() < 0.5 ? [`e:${hash('e')}`] : [])];
  const phone = `+86199${String(number).padStart(8, '0')}`;
  let file = withIdentities(emptyFile(`c_b${hash('b')}`), keys);
  for (const [index, day] of days.entries()) {
    const paidAt = startOfDay(day, defaultSettings.timezone) + 1000 * Math.floor(random() * 86_400);
    const amount = 1000 + Math.floor(random() * 60_000);
    file = withOrder(file, {
      ref: `tmall#${2026000000 + number * 6 + index}`,
      entry: {
        statedAt: paidAt - 60_000,
        purchase: { paidAt, day, amount, currency: 'CNY', items: 2, lines: twoLines(amount, random), coupons: [] },
      },
      statements: stampAll(
        {
          name: 'Li Na',
          gender: 'female',
          country: 'CN',
          province: 'Zhejiang',
          city: 'Hangzhou',
          phone,
          [consentField('sms', phone)]: true,
        },
        paidAt - 60_000,
      ),
    });
  }
  return file;
}

/** Out of a catalogue of 500 products, a few categories. */
function twoLines(amount: number, random: () => number): BoughtLine[] {
  const share = Math.floor(amount / 2);
  return [share, amount - share].map((part) => {
    const number = Math.floor(random() * 500);
    const product = String(610_000_000_000 + 7_654_321 * number);
    return { product, sku: `${product}-${number % 7}`, category: `cat-${number % 20}`, amount: part };
  });
}

/** Writes items with BatchWriteItem, 25 in a request. */
export async function writeItems(client: DynamoDBClient, table: string, items: Iterable<Item>): Promise<number> {
  let written = 0;
  const work = async (batch: readonly Item[]) => {
    let requests: WriteRequest[] = batch.map((Item) => ({ PutRequest: { Item } }));
    while (requests.length > 0) {
      const { UnprocessedItems } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
      );
      requests = UnprocessedItems?.[table] ?? [];
    }
    written += batch.length;
  };
  await inLanes(4, inBatches(items, 25), work);
  return written;
}

function* inBatches<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
