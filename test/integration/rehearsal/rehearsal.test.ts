import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MarketingWorkDeps, runMarketingWork } from '../../../functions/work-run/marketing-work.ts';
import { dynamoEnrolmentStore } from '../../../shared/adapters/dynamodb/enrolment-store.ts';
import { DynamoTouchDueIndex } from '../../../shared/adapters/dynamodb/touch-due-index.ts';
import { dynamoRehearsalStore } from '../../../shared/adapters/dynamodb/workspace/rehearsals.ts';
import { rehearsalWorlds } from '../../../shared/adapters/memory/rehearsal-world.ts';
import { noticeCustomer } from '../../../shared/domain/customers/notice-customer.ts';
import { enrolled } from '../../../shared/domain/journeys/enter.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { ConflictError } from '../../../shared/usecases/ports.ts';
import { allItems } from '../../support/all-items.ts';
import { type ApiUnderTest, startApi } from '../../support/crm-api.ts';
import { aBuyer } from '../../support/journeys.ts';
import { keepingLogger } from '../../support/lambda.ts';
import { aTouch, day, hour } from '../../support/touches.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
  const shop = { id: 'north', platform: 'generic', name: 'North', currency: 'CNY', timezone: 'Asia/Shanghai' };
  await api.call('POST', '/v1/shops', {
    body: { ...shop, secret: 'whsec_bm90IGEgc2VjcmV0IGF0IGFsbCwgb25seSBhIHRlc3Q=' },
  });
  api.time += 20_000;
});
afterAll(() => api.local.stop());

function workDeps(): MarketingWorkDeps {
  const { client, tableNames } = api.local;
  const enrolments = dynamoEnrolmentStore(client, tableNames.touches);
  return {
    ...api.deps,
    ...api.marketing,
    enrolments,
    store: api.store,
    clock: { now: () => api.time },
    dueTouches: new DynamoTouchDueIndex(client, tableNames.touches),
    makeWorld: rehearsalWorlds({ store: api.store, touches: api.marketing.touches, enrolments }),
    logger: keepingLogger().logger,
    onFailure: (item: string, error: unknown) => {
      throw new Error(item, { cause: error });
    },
  } as unknown as MarketingWorkDeps;
}

async function workOff(remainingMs = 60_000): Promise<number> {
  let steps = 0;
  for (let sent = api.sent.shift(); sent; sent = api.sent.shift(), steps++) {
    if (sent.work.type === 'rehearsal.part') await runMarketingWork(sent.work, () => remainingMs, workDeps());
  }
  return steps;
}

/** Two who turn silent in the days to come, one who waits in a journey, one with a message that waits. */
async function someCustomers(): Promise<void> {
  const now = api.time;
  const bought = [now - 85 * day, now - 80 * day, now - 200 * day, now - 300 * day];
  const files = bought.map((paidAt, index) => aBuyer([paidAt], { id: `c${index}`, statedAt: now - 300 * day }));
  for (const file of files) {
    const { noticed, dueAt } = noticeCustomer(file, now, 'purchase', defaultSettings);
    const value = { type: 'file', file: { ...file, noticed }, ...(dueAt !== undefined && { dueAt }) } as const;
    await api.store.commit({ cause: 'test', files: [{ value, version: 0 }] });
  }
  const { touches, journeys } = api.marketing;
  const at = now + 2 * day;
  const silent = (await journeys.journeys()).find(({ id }) => id === 'turned-silent');
  if (!silent) throw new Error('there is no such preset');
  const enrolments = dynamoEnrolmentStore(api.local.client, api.local.tableNames.touches);
  await enrolments.saveEnrolment({
    value: enrolled('c2', silent, { name: 'silent 2026-06-01', at, shop: 'north' }),
    version: 0,
  });
  const plan = {
    customer: 'c3',
    origin: { type: 'message', id: 'm', version: 1, step: 'send' },
    class: 'transactional',
  } as const;
  await touches.plan({
    ...aTouch({ ...plan, template: 'order-confirmation', expiresAt: at + day }, now),
    dueAt: now + hour,
  });
}

test('runs in the background, part by part, and tells its figures once all are done', async () => {
  await someCustomers();
  const tables = () =>
    Promise.all(
      (['customers', 'touches', 'contacts', 'orders', 'ledger'] as const).map((name) => allItems(api.local, name)),
    );
  const before = await tables();
  const analyst = await api.keyOf('analyst');

  const started = await api.call('POST', '/v1/rehearsal', { body: { moreThan: 0 } });
  expect(started.status).toBe(202);
  const { id } = started.json;
  const path = `/v1/rehearsal/${id}`;
  expect((await api.call('GET', path)).json).toMatchObject({
    state: 'running',
    days: 30,
    moreThan: 0,
    progress: { customers: 0, of: null, parts: 8, partsDone: 0 },
    result: null,
  });
  // Each step has time for a page only.
  expect(await workOff(0)).toBeGreaterThanOrEqual(8);

  const { json } = await api.call('GET', path, { key: analyst });
  expect(json).toMatchObject({ state: 'done', progress: { customers: 4, partsDone: 8 } });
  expect(json.result.totals).toMatchObject({
    customers: 4,
    customersRehearsed: 4,
    customersTouched: 2,
    customersFailed: 0,
    messages: 2,
  });
  expect(json.result.byOrigin).toMatchObject([{ origin: 'journey', id: 'turned-silent', messages: 2, parts: 0 }]);
  expect(
    json.result.byDay.map(({ day: date, channel, stage }: Record<string, string>) => [date, channel, stage]),
  ).toEqual([
    ['2026-11-29', 'email', 'silent'],
    ['2026-12-04', 'email', 'silent'],
  ]);
  expect(json.result.customersTouchedMoreThan).toEqual({ n: 0, customers: 2 });
  expect(json.result.failed).toEqual([{ reason: 'template', template: 'order-confirmation', messages: 1 }]);
  expect(await tables()).toEqual(before);
});

test('a step that comes twice, or beside another, counts nobody twice', async () => {
  const { json } = await api.call('POST', '/v1/rehearsal', { body: { days: 10 } });
  const twice = api.sent.splice(0).flatMap((sent) => [sent, sent]);
  await Promise.all(twice.map(({ work }) => runMarketingWork(work as never, () => 60_000, workDeps())));
  expect((await api.call('GET', `/v1/rehearsal/${json.id}`)).json).toMatchObject({
    state: 'done',
    progress: { customers: 4 },
  });
});

test('the record of a part moves under its version, and each rehearsal has its own', async () => {
  const store = dynamoRehearsalStore({ client: api.local.client, name: api.local.tableNames.workspace });
  const part = { rehearsal: 'r1', segment: 3, isDone: false, at: api.time, sums: { 'customers all': 2 } };
  await store.savePart({ value: part, version: 0 });
  await expect(store.savePart({ value: part, version: 0 })).rejects.toThrow(ConflictError);
  await store.savePart({ value: { ...part, after: 'c9', isDone: true }, version: 1 });
  await store.savePart({ value: { ...part, rehearsal: 'r10' }, version: 0 });
  expect(await store.readPart('r1', 3)).toEqual({ value: { ...part, after: 'c9', isDone: true }, version: 2 });
  expect(await store.readParts('r1')).toEqual([{ ...part, after: 'c9', isDone: true }]);
  expect(await store.readRehearsal('r1')).toBeUndefined();
  const items = (await allItems(api.local, 'workspace')).filter(({ kind }) => kind?.S === 'rehearsal-part');
  const expiry = Math.ceil((api.time + 30 * day) / 1000);
  expect(items.every((item) => Object.values(item).some(({ N }) => N === String(expiry)))).toBe(true);
});

test('refuses what is no draft, and what nobody has asked for', async () => {
  const wrong = await api.call('POST', '/v1/rehearsal', { body: { campaigns: ['nothing'] } });
  expect(wrong).toMatchObject({ status: 422, json: { errors: [{ field: 'campaigns[0]' }] } });
  expect((await api.call('POST', '/v1/rehearsal', { body: { days: 61 } })).status).toBe(422);
  expect((await api.call('GET', '/v1/rehearsal/none')).status).toBe(404);
});
