import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoBehaviourStore } from '../../../shared/adapters/dynamodb/behaviour-store.ts';
import { behaviourKey } from '../../../shared/adapters/dynamodb/touch-items.ts';
import { keptFor, mostEvents } from '../../../shared/domain/behaviour/behaviour.ts';
import { identityKey } from '../../../shared/domain/customers/identity.ts';
import { readBehaviourOf } from '../../../shared/usecases/behaviour/take-in-behaviour.ts';
import { readCustomer } from '../../../shared/usecases/customers/find-customer.ts';
import { recordUpdate } from '../../../shared/usecases/orders/record-update.ts';
import { ConflictError } from '../../../shared/usecases/ports.ts';
import { type ApiUnderTest, startApi, testKeys } from '../../support/crm-api.ts';

let api: ApiUnderTest;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.local.stop());

const day = 86_400_000;
const ago = (milliseconds: number) => new Date(api.time - milliseconds).toISOString();
let people = 0;

/** Somebody new, known by an email address. */
async function somebody(): Promise<{ id: string; email: string }> {
  const email = `person${++people}@example.com`;
  const key = identityKey({ kind: 'email', value: email }, testKeys.identityHash);
  const statements = { email: { value: email, at: api.time } };
  const settings = await api.deps.settings.settings(api.time);
  await recordUpdate({ identities: [key], statements }, 'east', settings, api.deps);
  const { json } = await api.call('GET', `/v1/customers?email=${email}`);
  return { id: json.items[0].id, email };
}

const post = (body: unknown, key?: string) => api.call('POST', '/v1/events', { body, ...(key && { key }) });

async function eventsOf(id: string) {
  const file = await readCustomer(id, api.store);
  if (!file) throw new Error('nobody');
  return readBehaviourOf(file, api.time, api.deps.behaviour);
}

async function timelineOf(id: string) {
  return (await api.call('GET', `/v1/customers/${id}/timeline`)).json.items;
}

describe('POST /v1/events', () => {
  it('records what a customer did, by any way of naming them, and shows it in their timeline', async () => {
    const { id, email } = await somebody();
    const one = await post({ customer: id, type: 'viewed', product: 'tea', at: ago(3000) });
    expect(one).toMatchObject({
      status: 200,
      json: { recorded: 1, unchanged: 0, refused: 0, items: [{ outcome: 'recorded', customer: id, errors: [] }] },
    });
    expect((await post({ email: ` ${email.toUpperCase()} `, type: 'carted', at: ago(2000) })).json.recorded).toBe(1);
    expect(await timelineOf(id)).toEqual([
      {
        type: 'event',
        at: new Date(api.time - 2000).toISOString().replace('.000Z', 'Z'),
        event: 'carted',
        product: null,
      },
      {
        type: 'event',
        at: new Date(api.time - 3000).toISOString().replace('.000Z', 'Z'),
        event: 'viewed',
        product: 'tea',
      },
    ]);
  });

  it('takes the same event once: by its id, or by what it says', async () => {
    const { id } = await somebody();
    const named = { customer: id, type: 'viewed', at: ago(1000), id: 'click-1' };
    const plain = { customer: id, type: 'viewed', at: ago(1000) };
    const first = await post({ events: [named, plain, plain] });
    expect(first.json.items.map((item: { outcome: string }) => item.outcome)).toEqual([
      'recorded',
      'recorded',
      'unchanged',
    ]);
    expect((await post({ events: [plain, named] })).json).toMatchObject({ recorded: 0, unchanged: 2 });
    expect(await eventsOf(id)).toHaveLength(2);
  });

  it('refuses by the field what is too old, too far ahead, or of nobody', async () => {
    const { id, email } = await somebody();
    const refusals = [
      [{ customer: id, type: 'viewed', at: ago(90 * day + 1) }, 'at'],
      [{ customer: id, type: 'viewed', at: ago(-5 * 60_000 - 1) }, 'at'],
      [{ customer: 'nobody', type: 'viewed', at: ago(0) }, 'customer'],
      [{ email: 'nobody@example.com', type: 'viewed', at: ago(0) }, 'email'],
      [{ email: 'nobody', type: 'viewed', at: ago(0) }, 'email'],
      [{ phone: '+8613800138000', type: 'viewed', at: ago(0) }, 'phone'],
      [{ phone: '12', type: 'viewed', at: ago(0) }, 'phone'],
      [{ shop: 'east', buyer: 'b1', type: 'viewed', at: ago(0) }, 'buyer'],
    ] as const;
    for (const [body, field] of refusals) {
      const { status, json } = await post(body);
      expect([status, json.errors.map((error: { field: string }) => error.field)]).toEqual([422, [field]]);
    }
    const good = { email, type: 'viewed', at: ago(90 * day) };
    const { status, json } = await post({ events: [...refusals.map(([body]) => body), good] });
    expect([status, json.recorded, json.refused]).toEqual([200, 1, refusals.length]);
    for (const [place, [, field]] of refusals.entries()) {
      expect(json.items[place]).toMatchObject({ outcome: 'refused', customer: null, errors: [{ field }] });
    }
    expect(await eventsOf(id)).toHaveLength(1);
    expect((await api.call('GET', '/v1/customers?email=nobody@example.com')).json.items).toEqual([]);
  });

  it('refuses as a whole what is malformed, naming each field', async () => {
    const { id } = await somebody();
    const good = { customer: id, type: 'viewed', at: ago(0) };
    const wrong: [unknown, string[]][] = [
      [{ customer: id }, ['type', 'at']],
      [{ ...good, type: 'Did it' }, ['type']],
      [{ ...good, at: 'now' }, ['at']],
      [{ ...good, email: 'a@b.cd' }, ['customer']],
      [{ type: 'viewed', at: ago(0) }, ['customer']],
      [{ type: 'viewed', at: ago(0), shop: 'east' }, ['buyer']],
      [{ ...good, color: 1 }, ['color']],
      [{ ...good, events: [good] }, ['customer', 'type', 'at']],
      [{ events: [] }, ['events']],
      [{ events: Array.from({ length: 101 }, () => good) }, ['events']],
      [{ events: [good, { ...good, type: '' }] }, ['events[1].type']],
    ];
    for (const [body, fields] of wrong) {
      const { status, json } = await post(body);
      expect([status, json.errors.map((error: { field: string }) => error.field).sort()]).toEqual([422, fields.sort()]);
    }
    expect(await eventsOf(id)).toEqual([]);
  });

  it('is not for an analyst', async () => {
    expect((await post({ customer: 'c', type: 'viewed', at: ago(0) }, await api.keyOf('analyst'))).status).toBe(403);
  });

  it('loses nothing where many tell of one customer at once, each several times', async () => {
    const { id, email } = await somebody();
    const busy = await Promise.all(
      Array.from({ length: 24 }, async (_, place) => {
        const body = { ...(place % 2 ? { customer: id } : { email }), type: 'viewed', at: ago(place % 12) };
        for (;;) {
          const { status, json } = await post(body);
          if (status === 200) return json.items[0].outcome as string;
          expect(status).toBe(409);
        }
      }),
    );
    expect(busy.filter((outcome) => outcome === 'recorded')).toHaveLength(12);
    expect((await eventsOf(id)).map(({ at }) => api.time - at).sort((a, b) => a - b)).toEqual([
      ...Array.from({ length: 12 }).keys(),
    ]);
  });
});

describe('what is kept', () => {
  it('is the newest 500, and for a while only', async () => {
    const { id } = await somebody();
    for (let start = 0; start < mostEvents + 50; start += 100) {
      const events = Array.from({ length: Math.min(100, mostEvents + 50 - start) }, (_, place) => ({
        customer: id,
        type: 'viewed',
        at: ago((start + place) * 1000),
      }));
      expect((await post({ events })).status).toBe(200);
    }
    const kept = await eventsOf(id);
    expect(kept).toHaveLength(mostEvents);
    expect(kept[0]?.at).toBe(api.time - (mostEvents - 1) * 1000);
    const { Item } = await api.local.client.send(
      new GetItemCommand({ TableName: api.local.tableNames.contacts, Key: behaviourKey(id) }),
    );
    expect(Item?.expiresAt?.N).toBe(String((api.time + keptFor) / 1000));
    api.time += keptFor + 1;
    try {
      expect(await eventsOf(id)).toEqual([]);
    } finally {
      api.time -= keptFor + 1;
    }
  });

  it('stays with a customer who is merged, each event once', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const shared = { type: 'viewed', at: ago(1000) };
    await post({
      events: [
        { ...shared, customer: one.id },
        { ...shared, customer: other.id },
      ],
    });
    await post({ customer: other.id, type: 'carted', at: ago(500) });
    await api.call('POST', `/v1/customers/${one.id}/merge`, { body: { with: other.id } });
    expect((await eventsOf(one.id)).map(({ type }) => type)).toEqual(['viewed', 'carted']);
    // What was taken in under the id before is known under the one after.
    expect((await post({ customer: other.id, type: 'carted', at: ago(500) })).json.unchanged).toBe(1);
  });

  it('is not written where the customer has changed or gone since they were read', async () => {
    const { id } = await somebody();
    const store = dynamoBehaviourStore(api.local.client, api.local.tableNames);
    const file = (await api.store.readFiles([id])).get(id);
    const row = (await store.readBehaviour([id])).get(id);
    if (!file || !row) throw new Error('nobody');
    const next = { ...row, value: { customer: id, events: [{ type: 'viewed', at: api.time }] } };
    await expect(store.saveBehaviour(next, file.version + 1)).rejects.toThrow(ConflictError);
    await expect(store.saveBehaviour(next, 0)).rejects.toThrow(ConflictError);
    await store.saveBehaviour(next, file.version);
    await expect(store.saveBehaviour(next, file.version)).rejects.toThrow(ConflictError);
    expect(await eventsOf(id)).toHaveLength(1);
    await store.removeBehaviour([id, 'nobody']);
    expect(await eventsOf(id)).toEqual([]);
  });
});
