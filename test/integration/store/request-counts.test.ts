import { type DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import { orderRef } from '../../../shared/domain/orders/order.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { type IntakeOnTables, intakeOnTables } from '../../support/intake-on-tables.ts';
import { goesTo, type SentRequest, watchRequests } from '../../support/sent-requests.ts';
import { orderWebhook, type ShopOrder } from '../../support/shop-orders.ts';

let tables: LocalTables;
let intake: IntakeOnTables;
/** Requests since the last `count`, without those for shop and settings: they come from a cache of two seconds. */
let sent: SentRequest[] = [];
beforeAll(async () => {
  tables = await startTables();
  intake = await intakeOnTables(tables);
  watchRequests(tables.client, (request) => {
    if (!goesTo(request, tables.tableNames.workspace)) sent.push(request);
  });
});
afterAll(() => tables.stop());
const undo: (() => void)[] = [];
afterEach(() => {
  for (const one of undo.splice(0)) one();
  intake.queued.length = 0;
});

const day = 86_400_000;
const now = Date.now();
let customers = 0;
const newCustomer = () => ++customers;

/** An order paid so many days ago. */
function paid(customer: number, id: string, daysAgo: number): ShopOrder {
  const createdAt = now - daysAgo * day;
  return { id: `${customer}-${id}`, customer, createdAt, paidAt: createdAt + 60_000 };
}

async function deliver(order: ShopOrder, change: (data: Record<string, unknown>) => object = (data) => data) {
  const { id, body } = orderWebhook(order);
  const envelope = JSON.parse(body) as { data: Record<string, unknown> };
  return intake.deliver({ id, body: JSON.stringify({ ...envelope, data: change(envelope.data) }) });
}

/** Outcomes of what is delivered together, and the requests they took. */
async function count(...deliveries: (() => ReturnType<typeof deliver>)[]) {
  sent = [];
  const answers = await Promise.all(deliveries.map((one) => one()));
  return { outcomes: answers.map(({ outcome }) => outcome), operations: sent.map(({ operation }) => operation) };
}

async function ordersInFile(order: ShopOrder): Promise<string[]> {
  const store = new DynamoCustomerStore(tables.client, tables.tableNames);
  const ref = orderRef(intake.shop, order.id);
  const customer = (await store.readOrders([ref])).get(ref)?.value.customer ?? '';
  const found = (await store.readFiles([customer])).get(customer)?.value;
  return found?.type === 'file' ? [...found.file.orders.keys()] : [];
}

/** Holds requests of this kind back until so many writers want to send one: all have decided on what they read. */
function meetBefore(operation: string, writers: number): void {
  let waiting: (() => void)[] = [];
  let isOpen = false;
  intercept(tables.client, operation, async () => {
    if (isOpen) return;
    const passed = new Promise<void>((resolve) => waiting.push(resolve));
    if (waiting.length === writers) {
      isOpen = true;
      for (const pass of waiting) pass();
      waiting = [];
    }
    await passed;
  });
}

function intercept(client: DynamoDBClient, operation: string, before: () => Promise<void>): void {
  const name = `intercept-${operation}`;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === `${operation}Command`) await before();
        return next(args);
      },
    { step: 'build', name },
  );
  undo.push(() => void client.middlewareStack.remove(name));
}

describe('requests per event, alone', () => {
  test("a new customer's first order: 2 of at most 3", async () => {
    const { outcomes, operations } = await count(() => deliver(paid(newCustomer(), 'a', 5)));
    expect(outcomes).toEqual(['recorded']);
    expect(operations).toEqual(['BatchGetItem', 'TransactWriteItems']);
  });

  test('a further order: 3', async () => {
    const customer = newCustomer();
    await deliver(paid(customer, 'a', 50));
    const { outcomes, operations } = await count(() => deliver(paid(customer, 'b', 5)));
    expect(outcomes).toEqual(['recorded']);
    expect(operations).toEqual(['BatchGetItem', 'BatchGetItem', 'TransactWriteItems']);
  });

  test('a milestone that changes no purchase: 2', async () => {
    const order = paid(newCustomer(), 'a', 5);
    await deliver(order);
    const { outcomes, operations } = await count(() => deliver({ ...order, shippedAt: now - 4 * day }));
    expect(outcomes).toEqual(['recorded']);
    expect(operations).toEqual(['BatchGetItem', 'PutItem']);
  });

  test('an event that says nothing new: 1', async () => {
    const order = paid(newCustomer(), 'a', 5);
    await deliver(order);
    const { outcomes, operations } = await count(() => deliver(order));
    expect(outcomes).toEqual(['unchanged']);
    expect(operations).toEqual(['BatchGetItem']);
  });

  test("a known order's payment or refund: 3", async () => {
    const { paidAt, ...unpaid } = paid(newCustomer(), 'a', 5);
    await deliver(unpaid);
    const payment = await count(() => deliver({ ...unpaid, paidAt: Number(paidAt) }));
    const refunds = [{ id: 'r', amount: '216.00', at: new Date(now - day).toISOString() }];
    const refund = await count(() =>
      deliver({ ...unpaid, paidAt: Number(paidAt) }, (data) => ({ ...data, refunds, updatedAt: refunds[0]?.at })),
    );
    expect([payment.outcomes, refund.outcomes]).toEqual([['recorded'], ['recorded']]);
    expect([payment.operations.length, refund.operations.length]).toEqual([3, 3]);
  });

  test('a known customer with an address never seen before: 3', async () => {
    const customer = newCustomer();
    await deliver(paid(customer, 'a', 50));
    const { outcomes, operations } = await count(() =>
      deliver(paid(customer, 'b', 5), (data) => ({
        ...data,
        customer: { ...(data.customer as object), email: `other${customer}@example.com` },
      })),
    );
    expect(outcomes).toEqual(['recorded']);
    expect(operations.length).toBe(3);
  });
});

describe('requests per event, two writers at one customer', () => {
  test('two orders of one customer: the one that loses reads and writes once more', async () => {
    const customer = newCustomer();
    await deliver(paid(customer, 'a', 50));
    meetBefore('TransactWriteItems', 2);
    const last = paid(customer, 'c', 4);
    const { outcomes, operations } = await count(
      () => deliver(paid(customer, 'b', 5)),
      () => deliver(last),
    );
    expect(outcomes).toEqual(['recorded', 'recorded']);
    expect(operations.length).toBe(9);
    expect((await ordersInFile(last)).length).toBe(3);
  });

  test("a new customer's first two orders", async () => {
    const customer = newCustomer();
    meetBefore('TransactWriteItems', 2);
    const last = paid(customer, 'b', 4);
    const { outcomes, operations } = await count(
      () => deliver(paid(customer, 'a', 5)),
      () => deliver(last),
    );
    expect(outcomes).toEqual(['recorded', 'recorded']);
    expect(operations.length).toBe(7);
    expect((await ordersInFile(last)).length).toBe(2);
  });

  test('two milestones of one order', async () => {
    const order = paid(newCustomer(), 'a', 9);
    await deliver(order);
    meetBefore('PutItem', 2);
    const { outcomes, operations } = await count(
      () => deliver({ ...order, shippedAt: now - 8 * day }),
      () => deliver({ ...order, deliveredAt: now - 6 * day }),
    );
    expect(outcomes).toEqual(['recorded', 'recorded']);
    expect(operations.length).toBe(6);
    const after = await count(() => deliver({ ...order, shippedAt: now - 8 * day, deliveredAt: now - 6 * day }));
    expect(after.operations.length, 'only the description is newer').toBeLessThanOrEqual(2);
  });

  test('an event that always loses gives up after three tries and goes to the queue', async () => {
    const customer = newCustomer();
    await deliver(paid(customer, 'a', 50));
    intercept(tables.client, 'TransactWriteItems', async () => {
      throw new TransactionCanceledException({
        message: 'another transaction is under way',
        $metadata: {},
        CancellationReasons: [{ Code: 'TransactionConflict' }],
      });
    });
    const { outcomes, operations } = await count(() => deliver(paid(customer, 'b', 5)));
    expect(outcomes).toEqual(['queued']);
    expect(operations.length).toBe(9);
    expect(intake.queued.length).toBe(1);
  });
});
