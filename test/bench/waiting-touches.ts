import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { newWebhookSecret } from '../../shared/adapters/crypto/tokens.ts';
import type { Item } from '../../shared/adapters/dynamodb/customer-items.ts';
import { dynamoEnrolmentStore } from '../../shared/adapters/dynamodb/enrolment-store.ts';
import { DynamoTouchStore } from '../../shared/adapters/dynamodb/touch-store.ts';
import { dynamoJourneyStore } from '../../shared/adapters/dynamodb/workspace/journeys.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoSegmentStore } from '../../shared/adapters/dynamodb/workspace/segments.ts';
import { type IntakeDeps, intakeDeps } from '../../shared/adapters/intake.ts';
import type { TouchCall } from '../../shared/contracts/work.ts';
import { orderRef } from '../../shared/domain/orders/order.ts';
import { defaultSettings, type Settings } from '../../shared/domain/settings/settings.ts';
import { enterForCustomers, enterForOrders } from '../../shared/usecases/journeys/enter-journeys.ts';
import { presetJourneys } from '../../shared/usecases/journeys/preset-journeys.ts';
import { takeInEvent } from '../../shared/usecases/orders/take-in-webhook.ts';
import { type LocalTables, startTables } from '../support/dynamodb-local.ts';
import { environmentOf } from '../support/intake-on-tables.ts';
import { orderWebhook } from '../support/shop-orders.ts';
import { writeItems } from './customer-base.ts';
import { inLanes } from './rounds.ts';

export const keys = rootKeys('a root secret of sixty-four characters, made for the touches of bench');

const shop = 'north';
const dayMs = 86_400_000;
/** Tables that a sender reads and writes. */
const sendersTables = ['orders', 'customers', 'contacts', 'touches', 'workspace'] as const;
/** Never quiet: what it measures must not depend on the hour it is run at. */
const settings: Settings = { ...defaultSettings, version: 1, quietHours: { from: '00:00:00', to: '00:00:00' } };

export type Rule = 'order-confirmation' | 'turned-silent';

/** Customers with one mail each that is due, as the tables hold them, and the calls for those who send. */
export interface WaitingTouches {
  readonly calls: readonly TouchCall[];
  readonly items: ReadonlyMap<(typeof sendersTables)[number], readonly Item[]>;
}

/** Has orders taken in and looked at by the rules, then keeps what came of it. */
export async function planWaitingTouches(rule: Rule, customers: number): Promise<WaitingTouches> {
  const tables = await startTables();
  try {
    const deps = intakeDeps(tables.client, environmentOf(tables.tableNames), keys);
    await connectShop(deps);
    const refs = await takeInOrders(rule, customers, deps);
    const calls = await planTouches(rule, refs, tables, deps);
    if (calls.length !== customers) throw new Error(`${calls.length} touches planned for ${customers} customers`);
    const items = await Promise.all(sendersTables.map(async (name) => [name, await allItems(tables, name)] as const));
    return { calls, items: new Map(items) };
  } finally {
    await tables.stop();
  }
}

/** Fresh tables with those touches waiting. */
export async function tablesWith({ items }: WaitingTouches): Promise<LocalTables> {
  const tables = await startTables();
  for (const [name, some] of items) await writeItems(tables.client, tables.tableNames[name], some);
  return tables;
}

function connectShop({ shops, clock }: IntakeDeps): Promise<void> {
  const now = clock.now();
  const { baseCurrency: currency, timezone } = settings;
  const actor = { keyId: 'k', name: 'bench', role: 'admin', requestId: 'r' } as const;
  return shops.createShop(
    {
      ...{ id: shop, platform: 'generic', name: 'North', currency, timezone },
      ...{ secret: newWebhookSecret(), createdAt: now, updatedAt: now },
    },
    { actor, at: now, action: 'shop.connected', target: `shop/${shop}`, changed: [] },
    { value: { current: settings, baseCurrencyChosen: true }, version: 0 },
  );
}

/** An order asks for no work. */
const nobody = { send: async () => undefined };

/** One order each: paid a minute ago, or on the day whose customers have turned silent today. */
async function takeInOrders(rule: Rule, customers: number, deps: IntakeDeps): Promise<string[]> {
  const now = deps.clock.now();
  const paidAt = now - (rule === 'order-confirmation' ? 60_000 : (settings.stages.l1 + 1) * dayMs);
  const refs: string[] = [];
  await inLanes(8, Array(customers).keys(), async (customer) => {
    const { id, body } = orderWebhook({ id: `a${customer}`, customer, createdAt: paidAt - 60_000, paidAt });
    const said = { headers: {}, query: {}, body: Buffer.from(body).toString('base64') };
    const { type } = await takeInEvent({ shop, id, ...said, receivedAt: now }, { ...deps, work: nobody });
    if (type !== 'recorded') throw new Error(`order a${customer} was answered ${type}`);
    refs.push(orderRef(shop, `a${customer}`));
  });
  return refs;
}

async function planTouches(
  rule: Rule,
  refs: readonly string[],
  { client, tableNames }: LocalTables,
  intake: IntakeDeps,
): Promise<TouchCall[]> {
  const calls: TouchCall[] = [];
  const queues = { call: async (some: readonly TouchCall[]) => void calls.push(...some) };
  const workspace = { client, name: tableNames.workspace };
  const deps = {
    ...intake,
    touches: new DynamoTouchStore(client, tableNames),
    enrolments: dynamoEnrolmentStore(client, tableNames.touches),
    journeys: dynamoJourneyStore(workspace, intake.clock, presetJourneys),
    segments: dynamoSegmentStore(workspace),
    limits: dynamoNightlyLimits(workspace, intake.clock),
    onFailure: (_item: string, error: unknown) => {
      throw error;
    },
    queues,
  };
  for (let start = 0; start < refs.length; start += 50) {
    const some = refs.slice(start, start + 50);
    if (rule === 'order-confirmation') await enterForOrders(some, deps);
    else await enterForCustomers(await customersOf(some, intake), deps);
  }
  return calls;
}

async function customersOf(refs: readonly string[], { store }: IntakeDeps): Promise<string[]> {
  return [...(await store.readOrders(refs)).values()].flatMap(({ value }) => value.customer ?? []);
}

export async function allItems({ client, tableNames }: LocalTables, table: keyof LocalTables['tableNames']) {
  const items: Item[] = [];
  let after: Item | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: tableNames[table], ExclusiveStartKey: after }));
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after);
  return items;
}
