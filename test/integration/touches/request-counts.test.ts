import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemBytes } from '../../../infra/local/usage/capacity.ts';
import type { UsageMeter } from '../../../infra/local/usage/meter.ts';
import { rootKeys } from '../../../shared/adapters/crypto/root-keys.ts';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import { dynamoEnrolmentStore } from '../../../shared/adapters/dynamodb/enrolment-store.ts';
import { dynamoJourneyStore } from '../../../shared/adapters/dynamodb/workspace/journeys.ts';
import { dynamoSendingRates } from '../../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { dynamoSettingsStore } from '../../../shared/adapters/dynamodb/workspace/settings.ts';
import { dynamoShopStore } from '../../../shared/adapters/dynamodb/workspace/shops.ts';
import { dynamoSweepMarks } from '../../../shared/adapters/dynamodb/workspace/sweep-marks.ts';
import { dynamoTemplateReader } from '../../../shared/adapters/dynamodb/workspace/templates.ts';
import { liquidRenderer } from '../../../shared/adapters/rendering/liquid-renderer.ts';
import { identityKey } from '../../../shared/domain/customers/identity.ts';
import { consentField } from '../../../shared/domain/customers/statements.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import type { Touch } from '../../../shared/domain/touches/touch.ts';
import { enterForCustomers, enterForOrders } from '../../../shared/usecases/journeys/enter-journeys.ts';
import { presetJourneys } from '../../../shared/usecases/journeys/preset-journeys.ts';
import type { Handover } from '../../../shared/usecases/messages/messaging-ports.ts';
import { sweepTouches } from '../../../shared/usecases/messages/sweep-touches.ts';
import { takeFeedback } from '../../../shared/usecases/messages/take-feedback.ts';
import { recordOrder } from '../../../shared/usecases/orders/record-order.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { meterOf, type SentRequest, watchRequests } from '../../support/sent-requests.ts';
import {
  aTouch,
  day,
  hour,
  identityHash,
  type Messaging,
  messaging,
  minute,
  noon,
  shanghai,
} from '../../support/touches.ts';
import { touchesOnTables } from '../../support/touches-on-tables.ts';

let tables: LocalTables;
let world: Messaging;
let meter: UsageMeter;
let sent: SentRequest[] = [];
let answer: Handover = { type: 'accepted', providerId: 'm1' };

beforeAll(async () => {
  tables = await startTables();
  const { client, tableNames } = tables;
  const fake = messaging({
    customers: new DynamoCustomerStore(client, tableNames),
    touches: touchesOnTables(tables),
    enrolments: dynamoEnrolmentStore(client, tableNames.touches),
    answer: () => answer,
  });
  const workspace = { client, name: tableNames.workspace };
  const shops = dynamoShopStore(
    workspace,
    rootKeys('a root secret of sixty-four characters, made for request counts'),
    fake.clock,
  );
  const { deps, clock } = fake;
  // What is configured comes through the real caches, which do not age while the clock stands still.
  Object.assign(deps, {
    settings: dynamoSettingsStore(workspace, clock),
    journeys: dynamoJourneyStore(workspace, clock, presetJourneys),
    shops,
    rates: dynamoSendingRates(workspace, clock),
    marks: dynamoSweepMarks(workspace),
    templates: dynamoTemplateReader(workspace, clock),
    renderer: liquidRenderer(),
  });
  world = fake;
  const shop = { id: 'north', platform: 'generic', name: 'North', currency: 'CNY', timezone: shanghai } as const;
  await shops.createShop(
    { ...shop, secret: 'whsec_x', createdAt: noon, updatedAt: noon },
    {
      actor: { keyId: 'k', name: 'test', role: 'admin', requestId: 'r' },
      at: noon,
      action: 'a',
      target: 't',
      changed: [],
    },
    { value: { current: { ...defaultSettings, version: 1 }, baseCurrencyChosen: true }, version: 0 },
  );
  meter = meterOf(tableNames);
  watchRequests(client, (request) => {
    sent.push(request);
    meter.record('test', request.operation, request.input, request.output, request.failure);
  });
});
afterAll(() => tables.stop());

/** The requests that something takes, and their capacity units. */
async function cost(work: () => Promise<unknown>) {
  sent = [];
  meter.reset();
  await work();
  const { readUnits, writeUnits } = meter.read();
  return { operations: sent.map(({ operation }) => operation), readUnits, writeUnits };
}

let orders = 0;
/** An order just paid by somebody new, with consent to everything. */
function paidOrder(daysAgo = 0): Order {
  const number = ++orders;
  const email = `buyer${number}@example.com`;
  const phone = `+86138${String(number).padStart(8, '0')}`;
  const paidAt = noon - minute - daysAgo * day;
  const identities = [
    identityKey({ kind: 'buyer', value: `north#${number}` }, identityHash),
    identityKey({ kind: 'email', value: email }, identityHash),
    identityKey({ kind: 'phone', value: phone }, identityHash),
  ];
  const stated = {
    email,
    phone,
    name: 'Li Wei',
    locale: 'zh-CN',
    [consentField('email', email)]: true,
    [consentField('sms', phone)]: true,
  };
  return {
    shop: 'north',
    id: `20261123-${100_000 + number}`,
    milestones: { createdAt: paidAt - minute, paidAt },
    refunds: [],
    description: {
      value: { currency: 'CNY', total: 12_345, items: [{ productId: 'p1', title: 'Tea', quantity: 2, price: 6170 }] },
      at: paidAt,
    },
    tracking: [],
    identities: identities.sort(),
    statements: Object.fromEntries(Object.entries(stated).map(([field, value]) => [field, { value, at: paidAt }])),
    statedAt: paidAt,
  };
}

async function record(order: Order): Promise<string> {
  await recordOrder(order, shanghai, defaultSettings, world.deps);
  const ref = `north#${order.id}`;
  return (await world.deps.store.readOrders([ref])).get(ref)?.value.customer ?? '';
}

async function planned(order: Order): Promise<{ customer: string; touch: Touch }> {
  const customer = await record(order);
  await enterForOrders([`north#${order.id}`], world.deps);
  const [open] = await world.touches.readOpen(customer);
  if (!open) throw new Error('nothing was planned');
  return { customer, touch: open.value };
}

describe('from planned to sent', () => {
  test('an order confirmation takes four requests, with caches that are warm', async () => {
    const first = await planned(paidOrder());
    await world.send(first.customer, 'email');
    const { customer } = await planned(paidOrder());
    const costs = await cost(() => world.send(customer, 'email'));
    expect(costs.operations).toEqual(['Query', 'BatchGetItem', 'TransactWriteItems', 'PutItem']);
    expect([costs.readUnits, costs.writeUnits]).toEqual([5, 9]);
  });

  test('a care message takes four as well', async () => {
    const customers = [await record(paidOrder(91)), await record(paidOrder(91))];
    await enterForCustomers(customers, world.deps);
    await world.send(customers[0] ?? '', 'email');
    const costs = await cost(() => world.send(customers[1] ?? '', 'email'));
    expect(costs.operations).toEqual(['Query', 'BatchGetItem', 'TransactWriteItems', 'PutItem']);
    expect([costs.readUnits, costs.writeUnits]).toEqual([4, 16]);
  });

  test('what is refused for now takes one more to give its place back', async () => {
    const { customer } = await planned(paidOrder());
    answer = { type: 'refused', reason: 'throttling', later: true };
    const { operations } = await cost(() => world.send(customer, 'email'));
    answer = { type: 'accepted', providerId: 'm1' };
    expect(operations).toEqual(['Query', 'BatchGetItem', 'TransactWriteItems', 'BatchGetItem', 'TransactWriteItems']);
  });

  test('a call for nothing takes one', async () => {
    expect((await cost(() => world.send('nobody', 'email'))).operations).toEqual(['Query']);
  });
});

describe('around it', () => {
  test('planning a confirmation takes five: the order, its customer, what there is, the touch and the enrolment', async () => {
    const order = paidOrder();
    await record(order);
    const costs = await cost(() => enterForOrders([`north#${order.id}`], world.deps));
    expect(costs.operations).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem', 'TransactWriteItems', 'PutItem']);
    expect([costs.readUnits, costs.writeUnits]).toEqual([8, 7]);
  });

  test('a report of the provider takes three', async () => {
    const { customer, touch } = await planned(paidOrder());
    await world.send(customer, 'email');
    const costs = await cost(() =>
      takeFeedback(
        {
          type: 'reaction',
          channel: 'email',
          kind: 'delivered',
          at: noon,
          touch: { customer, id: touch.id },
          providerId: 'm1',
          addresses: [`buyer${orders}@example.com`],
        },
        world.deps,
      ),
    );
    expect(costs.operations).toEqual(['BatchGetItem', 'GetItem', 'PutItem']);
  });

  test('a sweep asks its sixteen shards and its mark, however many wait', async () => {
    for (let index = 0; index < 40; index++) {
      await world.touches.plan(aTouch({ customer: `waits-${index}` }, noon + 5 * day));
    }
    await sweepTouches(noon + minute, world.deps);
    const costs = await cost(() => sweepTouches(noon + 2 * minute, world.deps));
    const count = (operation: string) => costs.operations.filter((one) => one === operation).length;
    expect([count('GetItem'), count('Query'), count('PutItem'), costs.operations.length]).toEqual([1, 16, 1, 18]);
    // Half a unit for each query of an index that finds nothing, and one for the mark.
    expect(costs.readUnits).toBeLessThanOrEqual(10);
    expect((await cost(() => sweepTouches(noon + hour, world.deps))).operations.length, 'on the hour').toBe(18);
  });
});

test('the confirmation of an order is less than a kilobyte, planned, claimed and sent', async () => {
  const { customer } = await planned(paidOrder());
  await enterForOrders([], world.deps);
  const sizes: Record<string, number> = {};
  const weigh = async () => {
    const [{ touch: id = { S: '' } } = {}] = (await scan()).filter(
      ({ customer: of, touch }) => of?.S === customer && !touch?.S?.startsWith('#'),
    );
    const Key = { customer: { S: customer }, touch: id };
    const { Item = {} } = await tables.client.send(new GetItemCommand({ TableName: tables.tableNames.touches, Key }));
    const { state } = JSON.parse(Item.state?.S ?? '{}') as { state: string };
    sizes[state] = itemBytes(Item as never);
  };
  const scan = async () =>
    (await tables.client.send(new ScanCommand({ TableName: tables.tableNames.touches }))).Items ?? [];
  await weigh();
  answer = { type: 'accepted', providerId: '0100018c5b2f6f6e-2b0d3f0a-6c6e-4c0e-9d3c-0d2f6f6e2b0d-000000' };
  const { senders } = world.deps;
  const email = {
    send: async (message: Parameters<typeof senders.email.send>[0]) => {
      await weigh();
      return senders.email.send(message);
    },
  };
  await world.send(customer, 'email', { senders: { ...senders, email } });
  await weigh();
  expect(Object.keys(sizes)).toEqual(['planned', 'claimed', 'sent']);
  for (const size of Object.values(sizes)) expect(size).toBeLessThan(1024);
});
