import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCaseStore } from '../../../shared/adapters/dynamodb/case-store.ts';
import { DynamoTouchStore } from '../../../shared/adapters/dynamodb/touch-store.ts';
import { dynamoCaseAlerts } from '../../../shared/adapters/dynamodb/workspace/case-alerts.ts';
import { identityKey } from '../../../shared/domain/customers/identity.ts';
import { escalateOverdue } from '../../../shared/usecases/cases/change-case.ts';
import { forgetCases } from '../../../shared/usecases/cases/forget-cases.ts';
import { recordUpdate } from '../../../shared/usecases/orders/record-update.ts';
import { caseStoreSuite } from '../../support/case-store-suite.ts';
import { type ApiUnderTest, startApi, testKeys } from '../../support/crm-api.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';

const hour = 3_600_000;
let api: ApiUnderTest;
const told: { type: string }[] = [];
const issued: unknown[] = [];

beforeAll(async () => {
  api = await startApi({
    events: { tell: async (events) => void told.push(...events) },
    coupons: {
      issue: async (wanted) => {
        issued.push(wanted);
        if (wanted.coupon !== 'sorry') return { type: 'refused', reason: 'coupon_gone' };
        const coupon = {
          coupon: 'sorry',
          code: 'SORRY-1',
          customer: wanted.customer,
          cause: wanted.cause,
          at: wanted.at,
        };
        const definition = {
          id: 'sorry',
          kind: 'freeShipping',
          perCustomer: 1,
          codes: 'generate',
          lowStock: 0,
        } as const;
        return { type: 'issued', coupon, definition };
      },
    },
  });
});
afterAll(() => api.local.stop());

let people = 0;
async function somebody(): Promise<string> {
  const email = `person${++people}@example.com`;
  const key = identityKey({ kind: 'email', value: email }, testKeys.identityHash);
  const settings = await api.deps.settings.settings(api.time);

  await recordUpdate(
    { identities: [key], statements: { email: { value: email, at: api.time } } },
    'x',
    settings,
    api.deps,
  );
  return (await api.call('GET', `/v1/customers?email=${email}`)).json.items[0].id;
}

const withCases = () => ({
  ...api.deps,
  cases: dynamoCaseStore(api.local.client, api.local.tableNames),
  pause: async () => undefined,
  random: () => 0,
});
const open = (customer: string, body: object = {}, key?: string) =>
  api.call('POST', '/v1/cases', {
    body: { customer, kind: 'complaint', reason: 'a cup was broken', ...body },
    ...(key && { key }),
  });
const at = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z');

describe('/v1/cases', () => {
  it('opens a case once, shows it, assigns it and resolves it, with an entry in the audit log for each', async () => {
    const customer = await somebody();
    const service = await api.keyOf('service');
    const body = { id: 'ticket-1', order: 'north#1', product: 'cup', severity: 3 };
    const first = await open(customer, body, service);
    expect(first.status).toBe(201);
    const unnamed = await open(customer, { ...body, id: 'ticket-2', order: '1' }, service);
    expect(unnamed).toMatchObject({ status: 422, json: { errors: [{ field: 'order' }] } });
    expect((await open(customer, body, service)).json).toEqual(first.json);
    const { id } = first.json;
    expect(first.json).toEqual({
      id,
      customer,
      order: 'north#1',
      product: 'cup',
      kind: 'complaint',
      severity: 3,
      reason: 'a cup was broken',
      assignee: null,
      openedAt: at(api.time),
      dueAt: at(api.time + 4 * hour),
      overdue: false,
      escalated: null,
      resolvedAt: null,
      resolution: null,
    });
    const path = `/v1/cases/${id}`;
    expect((await api.call('PATCH', path, { body: { assignee: 'Li' }, key: service })).json.assignee).toBe('Li');
    const done = await api.call('POST', `${path}/resolve`, { body: { resolution: 'sent again' }, key: service });
    expect(done.json).toMatchObject({ resolution: 'sent again', resolvedAt: at(api.time), code: null });
    expect((await api.call('GET', path)).json.assignee).toBe('Li');
    const { items } = (await api.call('GET', '/v1/audit?limit=3')).json;
    expect(items.map((entry: { action: string }) => entry.action)).toEqual([
      'case.resolved',
      'case.changed',
      'case.opened',
    ]);
    expect(JSON.stringify(items)).not.toMatch(/broken|sent again/);
    const { items: timeline } = (await api.call('GET', `/v1/customers/${customer}/timeline`)).json;
    expect(timeline.map((entry: { type: string; event?: string }) => entry.event ?? entry.type)).toEqual(
      expect.arrayContaining(['case', 'case_resolved']),
    );
    expect((await api.call('GET', `/v1/customers/${customer}/export`)).json.cases).toMatchObject([{ id, customer }]);
  });

  it('gives points, a coupon and a tier for the trouble, each once', async () => {
    const { tiers } = await api.deps.settings.settings(api.time);
    const tier = tiers.levels.at(-1)?.id ?? '';
    const customer = await somebody();
    const { id } = (await open(customer)).json;
    const path = `/v1/cases/${id}/resolve`;
    const wrong = { resolution: 'sorry', compensation: { tier: { id: 'platinum-x', until: '2027-12-31' } } };
    expect((await api.call('POST', path, { body: wrong })).status).toBe(422);
    expect((await api.call('GET', `/v1/cases/${id}`)).json.resolvedAt).toBeNull();
    const body = {
      resolution: 'sorry',
      compensation: { points: 30, coupon: 'sorry', tier: { id: tier, until: '2027-12-31' } },
    };
    for (let times = 0; times < 2; times++) {
      expect((await api.call('POST', path, { body })).json).toMatchObject({ code: 'SORRY-1', resolution: 'sorry' });
    }
    expect((await api.call('GET', `/v1/customers/${customer}/points`)).json.balance).toBe(30);
    expect((await api.call('GET', `/v1/customers/${customer}`)).json.tier).toBe(tier);
    expect(new Set(issued.map((one) => JSON.stringify(one))).size).toBe(1);
    const gone = (await open(customer, { kind: 'question' })).json.id;
    const refused = await api.call('POST', `/v1/cases/${gone}/resolve`, {
      body: { resolution: 'x', compensation: { coupon: 'none' } },
    });
    expect(refused.status).toBe(422);
    expect((await api.call('GET', `/v1/cases/${gone}`)).json.resolvedAt).toBeNull();
  });

  it('lists what is open, late, and of a customer, also under the id from before a merge', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const late = (await open(one, { severity: 3, kind: 'question' })).json.id;
    const fresh = (await open(other, { severity: 1, kind: 'question' })).json.id;
    api.time += 5 * hour;
    const idsIn = async (query: string) =>
      (await api.call('GET', `/v1/cases${query}`)).json.items.map(({ id }: { id: string }) => id);
    const openOnes = await idsIn('?limit=100');
    expect(openOnes.indexOf(late)).toBeLessThan(openOnes.indexOf(fresh));
    const overdue = await idsIn('?overdue=true&limit=100');
    expect([overdue.includes(late), overdue.includes(fresh)]).toEqual([true, false]);
    await api.call('POST', `/v1/customers/${one}/merge`, { body: { with: other } });
    for (const id of [one, other]) {
      expect((await idsIn(`?customer=${id}`)).toSorted()).toEqual([late, fresh].toSorted());
    }
    expect((await api.call('GET', '/v1/cases?customer=nobody')).status).toBe(404);
    expect((await api.call('GET', `/v1/cases?customer=${one}&overdue=true`)).status).toBe(422);
    const repeated = (await open(one)).json;
    expect(repeated.escalated).toBeNull();
    expect((await open(other)).json.escalated).toEqual({ at: at(api.time), why: 'repeated' });
  });

  it('tells what happened, without a word of what was written', async () => {
    told.length = 0;
    const customer = await somebody();
    const { id } = (await open(customer)).json;
    await api.call('POST', `/v1/cases/${id}/resolve`, { body: { resolution: 'secret' } });
    await api.call('PATCH', `/v1/cases/${id}`, { body: { open: true } });
    expect(told.map(({ type }) => type)).toEqual(['case.opened', 'case.resolved', 'case.opened']);
    expect(JSON.stringify(told)).not.toMatch(/secret|broken/);
  });

  it('escalates once what is late, at night', async () => {
    const { id } = (await open(await somebody(), { severity: 1 })).json;
    const deps = withCases();
    expect((await escalateOverdue(api.time + 71 * hour, deps)).map((one) => one.id)).not.toContain(id);
    api.time += 72 * hour;
    expect((await escalateOverdue(api.time, deps)).map((one) => one.id)).toContain(id);
    expect(await escalateOverdue(api.time, deps)).toEqual([]);
    expect((await api.call('GET', `/v1/cases/${id}`)).json).toMatchObject({
      severity: 2,
      overdue: true,
      escalated: { why: 'overdue' },
    });
  });

  it('forgets what was written of somebody erased', async () => {
    const customer = await somebody();
    const { id } = (await open(customer, { order: 'north#77' })).json;
    const deps = withCases();
    await forgetCases([customer], api.time, deps);
    await forgetCases([customer], api.time, deps);
    const { json } = await api.call('GET', `/v1/cases/${id}`);
    expect(JSON.stringify(json)).not.toMatch(/broken|north#77/);
    expect(
      (await withCases().cases.listCases({ open: true }, undefined, 100)).items.map(({ value }) => value.id),
    ).not.toContain(id);
  });

  it('tells which products alert, once there was a night', async () => {
    expect((await api.call('GET', '/v1/cases/alerts')).json).toEqual({ asOf: null, items: [] });
    const alerts = dynamoCaseAlerts({ client: api.local.client, name: api.local.tableNames.workspace });
    const alert = { shop: 'north', product: 'cup', orders: 20, refunded: 0, cases: 3 };
    expect(await alerts.replace({ asOf: api.time, alerts: [alert] })).toBe(true);
    expect(await alerts.replace({ asOf: api.time - 1, alerts: [] })).toBe(false);
    expect((await api.call('GET', '/v1/cases/alerts')).json).toEqual({ asOf: at(api.time), items: [alert] });
  });
});

describe('on DynamoDB', () => {
  const made: LocalTables[] = [];
  afterAll(() => Promise.all(made.map((tables) => tables.stop())));
  caseStoreSuite(async () => {
    const tables = await startTables();
    made.push(tables);
    const { client, tableNames } = tables;
    return { cases: dynamoCaseStore(client, tableNames), touches: new DynamoTouchStore(client, tableNames) };
  });
});
