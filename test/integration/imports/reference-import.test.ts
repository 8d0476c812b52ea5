import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { factsOf, purchasesOf } from '../../../shared/domain/customers/customer-file.ts';
import { stageAt } from '../../../shared/domain/life-cycle/stage.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { takeInEvent } from '../../../shared/usecases/orders/take-in-webhook.ts';
import type { Shop } from '../../../shared/usecases/ports.ts';
import { type ApiUnderTest, startApi } from '../../support/crm-api.ts';
import { importFile } from '../../support/import-run.ts';
import { instantIn, shuffled } from '../../support/naive-stages.ts';
import {
  basicReference,
  hasReferenceData,
  lifecycleReference,
  onlineRetail,
  type ReferenceOrder,
  referenceColumns,
  whereReferenceDataIs,
} from '../../support/reference-data.ts';

const currency = 'GBP';
const timezone = 'Europe/London';
const shop = { id: 'north', platform: 'generic', name: 'North', currency, timezone } as const;

type Deps = Parameters<typeof takeInEvent>[1];

/** What a shop says of an order, by webhook and in a file. */
function wordOf({ id, customer, at, amount }: ReferenceOrder) {
  const instant = instantIn(timezone, at);
  return { id, currency, total: amount, createdAt: instant, paidAt: instant, updatedAt: instant, customer };
}

function csvOf(orders: readonly ReferenceOrder[]): string {
  const rows = orders.map((order) => Object.values(wordOf(order)).join(','));
  return ['id,currency,total,createdAt,paidAt,updatedAt,customer.id', ...rows, ''].join('\n');
}

/** The whole base, apart from ids and what was noticed when. */
function baseOf(store: MemoryCustomerStore): string[] {
  return store
    .livingFiles()
    .map((file) => JSON.stringify(factsOf(file)))
    .sort();
}

describe.skipIf(!hasReferenceData)(`or1 by webhooks and as a file${whereReferenceDataIs}`, () => {
  let api: ApiUnderTest;
  let orders: ReferenceOrder[];
  const byWebhooks = new MemoryCustomerStore();
  const byFile = new MemoryCustomerStore();

  async function deliver(order: ReferenceOrder, deps: Deps): Promise<void> {
    const { customer, ...rest } = wordOf(order);
    const data = { ...rest, items: [], customer: { id: customer } };
    const body = JSON.stringify({ type: 'order.paid', timestamp: rest.updatedAt, data });
    const packed = Buffer.from(body).toString('base64');
    const event = { shop: shop.id, id: order.id, headers: {}, query: {}, body: packed, receivedAt: api.time };
    const { type } = await takeInEvent(event, deps);
    if (type !== 'recorded') throw new Error(`order ${order.id} was ${type}`);
  }

  beforeAll(async () => {
    orders = onlineRetail();
    api = await startApi();
    expect((await api.call('POST', '/v1/shops', { body: shop })).status).toBe(201);
    const known = { ...(await api.deps.shops.freshShop(shop.id)) } as Shop;
    const find = async () => known;
    const shops = { shop: find, freshShop: find };
    const deps = { ...api.deps, store: byWebhooks, shops } as unknown as Deps;
    for (const order of shuffled(orders, 20_261_123)) await deliver(order, deps);
    const store = byFile as unknown as ApiUnderTest['store'];
    const job = await importFile({ ...api, store }, csvOf(shuffled(orders, 7)), {});
    expect(job).toMatchObject({ status: 'done', rows: { read: orders.length, rejected: 0 } });
  }, 120_000);
  afterAll(() => api?.local.stop());

  it('is the same base, of as many customers and orders as the data have', () => {
    const fact = basicReference('or1');
    expect(byFile.livingFiles()).toHaveLength(fact('customers'));
    expect(byFile.orders.size).toBe(fact('orders'));
    expect(baseOf(byFile)).toEqual(baseOf(byWebhooks));
  });

  it.each(['2011-06-30', '2011-12-09'])('stands as of %s where REFERENCE.md says', (date) => {
    const asOf = Date.parse(instantIn(timezone, `${date}T23:59:59`));
    const stagesOf = byWebhooks.livingFiles().map((file) => {
      return stageAt(purchasesOf(file), asOf, defaultSettings.stages, timezone);
    });
    const reference = lifecycleReference('or1', date);
    const known = stagesOf.filter((stage) => stage !== 'prospect');
    expect(known).toHaveLength(reference['customers known'] ?? Number.NaN);
    for (const [stage, column] of Object.entries(referenceColumns)) {
      expect([stage, known.filter((one) => one === stage).length]).toEqual([stage, reference[column]]);
    }
  });
});
