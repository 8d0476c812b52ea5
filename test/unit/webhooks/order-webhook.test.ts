import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { platforms } from '../../../shared/contracts/platforms/platforms.ts';
import type { Work } from '../../../shared/contracts/work.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';
import { keysOf } from '../../../shared/usecases/customers/keys-of-buyer.ts';
import { takeInEvent } from '../../../shared/usecases/orders/take-in-webhook.ts';
import { ConflictError, StoreBusyError } from '../../../shared/usecases/ports.ts';
import { mutatedBodies } from '../../config/runs.ts';
import { anOrder, deliver, intakeInMemory, orderEvent } from '../../support/intake-in-memory.ts';

describe('a good event', () => {
  test('is recorded, and told so', async () => {
    const { handler, store } = intakeInMemory();
    expect(await deliver(handler, orderEvent())).toEqual({
      status: 200,
      body: { outcome: 'recorded', orderId: '1001' },
    });
    const order = store.orders.get('north#1001')?.value.order;
    expect(order?.description?.value).toMatchObject({
      currency: 'CNY',
      total: 12_345,
      items: [{ price: 6170, quantity: 2 }],
    });
    expect(order?.identities).toEqual(['b:buyer:north#u1', 'e:email:li@example.com', 'p:phone:+8613800138000']);
    expect(order && statusOf(order)).toBe('paid');
    const [file] = store.livingFiles();
    expect(file?.statements['consent.sms:+8613800138000']?.value).toBe(true);
    expect(file?.statements.province?.value).toBe('Shanghai');
  });

  test('sent again is unchanged', async () => {
    const { handler } = intakeInMemory();
    await deliver(handler, orderEvent());
    expect((await deliver(handler, orderEvent(), { id: 'evt-2' })).body.outcome).toBe('unchanged');
  });

  test('keeps an id beyond 2^53 as it was written', async () => {
    const { handler, store } = intakeInMemory();
    const body = orderEvent().replace('"1001"', '1347456243421196949');
    expect((await deliver(handler, body)).body.orderId).toBe('1347456243421196949');
    expect(store.orders.has('north#1347456243421196949')).toBe(true);
  });

  test.each([
    ['JPY', '1200', 1200],
    ['KWD', '1.234', 1234],
    ['CNY', '0', 0],
  ])('in %s has its own minor unit', async (currency, total, minor) => {
    const { handler, store } = intakeInMemory({ settings: { baseCurrency: currency } });
    await deliver(handler, orderEvent({ currency, total, items: [] }));
    expect(store.orders.get('north#1001')?.value.order.description?.value.total).toBe(minor);
  });

  test.each([
    ['cod', 'collection'],
    ['Cash on delivery', 'collection'],
    ['货到付款', 'collection'],
    ['bank_transfer', 'transfer'],
    ['alipay', undefined],
    ['codabar', undefined],
  ])('paid by %s awaits %s while it is not paid', async (paymentMethod, awaits) => {
    const { handler, store } = intakeInMemory();
    await deliver(handler, orderEvent({ paymentMethod, paidAt: undefined }));
    await deliver(handler, orderEvent({ paymentMethod, id: '1002' }));
    const awaitedOf = (id: string) => store.orders.get(`north#${id}`)?.value.order.description?.value.awaits;
    expect([awaitedOf('1001'), awaitedOf('1002')]).toEqual([awaits, undefined]);
  });

  test('without any identity is kept and belongs to nobody', async () => {
    const { handler, store } = intakeInMemory();
    await deliver(handler, orderEvent({ customer: { name: 'Li', phone: '138****8000', email: 'l***@example.com' } }));
    expect(store.orders.get('north#1001')?.value.customer).toBeUndefined();
    expect(store.livingFiles()).toEqual([]);
  });
});

describe('other events', () => {
  test('customer.updated makes a prospect and states consent with its own time', async () => {
    const { handler, store } = intakeInMemory();
    const data = { email: 'a@example.com', consent: { email: false }, attributes: { style: 'plain' } };
    const body = JSON.stringify({ type: 'customer.updated', timestamp: '2026-11-01T00:00:00Z', data });
    expect((await deliver(handler, body)).body.outcome).toBe('recorded');
    expect((await deliver(handler, body)).body.outcome).toBe('unchanged');
    const [file] = store.livingFiles();
    expect(file?.noticed?.stage).toBe('prospect');
    expect(file?.statements['consent.email:a@example.com']).toMatchObject({ value: false, at: Date.UTC(2026, 10, 1) });
    expect(file?.statements['attr.style']?.value).toBe('plain');
  });

  test.each([
    [
      'no address',
      { id: 'u1', consent: { email: false, sms: true } },
      { 'consent.email:': false, 'consent.sms:': true },
    ],
    [
      'a masked one, for which a yes is no other’s',
      { id: 'u1', email: 'l***@example.com', phone: '138****8000', consent: { email: false, sms: true } },
      { 'consent.email:': false },
    ],
  ])('a consent that names %s is about whichever there is', async (_what, data, expected) => {
    const { handler, store } = intakeInMemory();
    await deliver(handler, JSON.stringify({ type: 'customer.updated', timestamp: '2026-11-01T00:00:00Z', data }));
    const said = Object.entries(store.livingFiles()[0]?.statements ?? {}).map(([field, { value }]) => [field, value]);
    expect(Object.fromEntries(said)).toEqual(expected);
  });

  const deleted = (data?: unknown) => JSON.stringify({ type: 'customer.deleted', data });

  test.each([
    ['their id, whatever else is wrong of them', { id: 7, email: 'l***@example.com', birthday: '?' }, { id: '7' }],
    ['their email', { email: ' Li@Example.com' }, { email: 'li@example.com' }],
    ['their phone', { phone: '138 0013 8000' }, { phone: '+8613800138000' }],
  ])('customer.deleted has a person forgotten by %s', async (_what, data, buyer) => {
    const { handler, parked, queued, deps } = intakeInMemory();
    expect(await deliver(handler, deleted(data))).toMatchObject({ status: 202, body: { outcome: 'queued' } });
    expect(parked).toEqual([]);
    const [event] = queued.map((one) => one.event);
    if (!event) throw new Error('not queued');
    const sent: Work[] = [];
    const work = { send: async (one: Work) => void sent.push(one) };
    expect(await takeInEvent(event, { ...deps, work })).toEqual({ type: 'queued' });
    const identities = keysOf('north', buyer, deps);
    expect(sent).toEqual([{ type: 'identities.erase', shop: 'north', request: event.id, identities, orders: [] }]);
  });

  test.each([
    [undefined, 'data'],
    [{}, 'data.id'],
    [{ phone: '138****8000', name: 'Li' }, 'data.id'],
    [{ id: '' }, 'data.id'],
  ])('customer.deleted of nobody, %j, is refused by its field', async (data, field) => {
    const { handler, parked, queued } = intakeInMemory();
    const answer = await deliver(handler, deleted(data));
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    expect([parked.length, queued.length]).toEqual([1, 0]);
  });

  test('customer.deleted without any identity says what is needed', async () => {
    const { body } = await deliver(intakeInMemory().handler, deleted({ name: 'Li' }));
    expect(body.errors).toEqual([{ field: 'data.id', message: 'is needed, or a whole email or phone' }]);
  });

  test('one nobody knows is ignored', async () => {
    const { handler, parked } = intakeInMemory();
    expect((await deliver(handler, JSON.stringify({ type: 'stock.changed', data: {} }))).body.outcome).toBe('ignored');
    expect(parked).toEqual([]);
  });
});

describe('a bad event', () => {
  test('that is not JSON is a 400, and parked', async () => {
    const { handler, parked } = intakeInMemory();
    expect((await deliver(handler, '{"type":')).status).toBe(400);
    expect(parked[0]?.cause.reason).toBe('not_json');
  });

  test.each([
    ['total', { total: 123.45 }, 'data.total'],
    ['total with too many decimals', { total: '1.234' }, 'data.total'],
    ['currency', { currency: 'ABC' }, 'data.currency'],
    ['createdAt without a zone', { createdAt: '2026-11-20T10:00:00' }, 'data.createdAt'],
    ['an impossible day', { paidAt: '2026-02-30T10:00:00Z' }, 'data.paidAt'],
    ['id', { id: '' }, 'data.id'],
    [
      'a negative price',
      { items: [{ productId: 'p', title: 'T', quantity: 1, price: '-1.00' }] },
      'data.items[0].price',
    ],
    [
      'a fraction of a piece',
      { items: [{ productId: 'p', title: 'T', quantity: 0.5, price: '1' }] },
      'data.items[0].quantity',
    ],
    ['items', { items: undefined }, 'data.items'],
    ['birthday', { customer: { id: 'u', birthday: '1990-02-30' } }, 'data.customer.birthday'],
    [
      'refund status',
      { refunds: [{ id: 'r', amount: '1', at: '2026-11-20T10:00:00Z', status: 'maybe' }] },
      'data.refunds[0].status',
    ],
  ])('names the field: %s', async (_name, changes, field) => {
    const { handler, store, parked } = intakeInMemory();
    const answer = await deliver(handler, orderEvent(changes));
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ field })]);
    expect(parked[0]?.cause).toMatchObject({ reason: 'invalid', errors: [{ field }] });
    expect(store.orders.size).toBe(0);
  });

  test('says of a field that is not there that it is needed', async () => {
    const { handler } = intakeInMemory();
    const { body } = await deliver(handler, orderEvent({ id: undefined, total: undefined, createdAt: undefined }));
    expect(body.errors).toEqual([
      { field: 'data.id', message: 'is needed' },
      { field: 'data.total', message: 'is needed' },
      { field: 'data.createdAt', message: 'is needed' },
    ]);
  });

  test.each([
    [{ total: 123.45 }, 'data.total: must be text'],
    [{ items: {} }, 'data.items: must be a list'],
    [
      { items: [{ productId: 'p', title: 'T', quantity: 0.5, price: '1' }] },
      'data.items[0].quantity: must be a whole number',
    ],
    [
      { refunds: [{ id: 'r', amount: '1', at: '2026-11-20T10:00:00Z', status: 'maybe' }] },
      'data.refunds[0].status: must be one of: requested, success, refused',
    ],
    [
      { id: '', channel: 'x'.repeat(101) },
      'data.id: must have at least 1 character',
      'data.channel: must have at most 100 characters',
    ],
    [
      { customer: { id: 'u', consent: { sms: 'yes' }, attributes: { size: [1] } } },
      'data.customer.consent.sms: must be true or false',
      'data.customer.attributes.size: must be text, or a number, or true or false',
    ],
  ])('is told in plain words, in the answer and where it is parked: %j', async (changes, ...words) => {
    const { handler, parked } = intakeInMemory();
    const { body } = await deliver(handler, orderEvent(changes));
    expect(parked[0]?.cause.errors?.map(({ field, message }) => `${field}: ${message}`)).toEqual(words);
    expect(body.errors).toEqual(parked[0]?.cause.errors);
  });

  test('never has the wrong value in what is told or parked', async () => {
    const { handler, parked } = intakeInMemory();
    const answer = await deliver(
      handler,
      orderEvent({ currency: 'SECRET-VALUE', customer: { birthday: 'SECRET-VALUE' } }),
    );
    expect(JSON.stringify([answer.body, parked[0]?.cause])).not.toContain('SECRET-VALUE');
  });

  test('of a shop nobody has is a 404; with a wrong signature a 401', async () => {
    const { handler } = intakeInMemory();
    expect((await deliver(handler, orderEvent(), { shop: 'x'.repeat(3000) })).status).toBe(404);
    expect((await deliver(handler, orderEvent(), { shop: 'nowhere' })).status).toBe(404);
    expect((await deliver(handler, orderEvent(), { headers: { 'webhook-signature': 'v1,AAAA' } })).status).toBe(401);
  });
});

describe('an order in another currency (DOMAIN 1)', () => {
  const usd = { currency: 'USD', total: '10.00', items: [] };

  test('is parked while there is no rate for the day it was paid', async () => {
    const { handler, store, parked } = intakeInMemory();
    expect(await deliver(handler, orderEvent(usd))).toMatchObject({
      status: 202,
      body: { outcome: 'queued', orderId: '1001' },
    });
    expect(parked[0]?.cause.reason).toBe('rate_missing');
    expect(store.orders.size).toBe(0);
  });

  test('is recorded once there is one, or while it is not paid', async () => {
    const rated = intakeInMemory({ settings: { rates: [{ currency: 'USD', from: '2026-11-01', rate: '7.1' }] } });
    expect((await deliver(rated.handler, orderEvent(usd))).body.outcome).toBe('recorded');
    const unpaid = intakeInMemory();
    expect((await deliver(unpaid.handler, orderEvent({ ...usd, paidAt: undefined }))).body.outcome).toBe('recorded');
  });
});

describe('nothing verified is lost (guarantee 2)', () => {
  test.each([
    ['three tries were lost', new ConflictError('lost')],
    ['the store is busy', new StoreBusyError('throttled')],
  ])('queued when %s', async (_name, error) => {
    const { deps, handler, queued } = intakeInMemory();
    deps.store.commit = () => Promise.reject(error);
    expect(await deliver(handler, orderEvent())).toMatchObject({
      status: 202,
      body: { outcome: 'queued', orderId: '1001' },
    });
    expect(queued).toEqual([expect.objectContaining({ group: 'b:buyer:north#u1' })]);
  });

  test('the sender is asked to come again when the queue is gone too', async () => {
    const { deps, handler } = intakeInMemory();
    deps.store.commit = () => Promise.reject(new StoreBusyError('throttled'));
    deps.queue.send = () => Promise.reject(new StoreBusyError('no queue'));
    expect((await deliver(handler, orderEvent())).status).toBe(503);
  });
});

describe('5,000 mutated bodies', () => {
  /** Replaces, drops, doubles or cuts something anywhere in the JSON. */
  const strange = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      '',
      '__proto__',
      -1,
      1e308,
      '1e999',
      [],
      {},
      true,
      '9'.repeat(400),
      '\u0000',
      '\ud800',
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const fields = Object.keys(anOrder());
  const mutated = fc.oneof(
    fc.tuple(fc.constantFrom(...fields), strange).map(([field, value]) => orderEvent({ [field]: value })),
    fc.tuple(fc.nat(), fc.nat(), fc.string({ maxLength: 4 })).map(([from, length, text]) => {
      const body = orderEvent();
      const at = from % body.length;
      return body.slice(0, at) + text + body.slice(at + (length % 20));
    }),
    fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
    fc
      .tuple(fc.constantFrom('id', 'email', 'phone', 'attributes', 'consent', 'timezone'), strange)
      .map(([field, value]) => orderEvent({ customer: { id: 'u1', [field]: value } })),
  );

  test('never give a 5xx, and are recorded, ignored, or parked', async () => {
    const { handler, store, parked } = intakeInMemory();
    await fc.assert(
      fc.asyncProperty(mutated, async (body) => {
        const before = parked.length;
        const { status } = await deliver(handler, body);
        expect(status).toBeLessThan(500);
        if (status >= 400) expect(parked.length).toBe(before + 1);
        for (const { message } of parked[before]?.cause.errors ?? [])
          expect(message).not.toMatch(/invalid|expected|received|too (big|small)|unrecognized/i);
      }),
      { numRuns: mutatedBodies(500) },
    );
    for (const { value } of store.orders.values())
      expect(Number.isSafeInteger(value.order.description?.value.total)).toBe(true);
  });

  test('as bytes that are no text neither', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { handler } = intakeInMemory();
        expect([400, 422]).toContain((await deliver(handler, Buffer.from(bytes))).status);
      }),
      { numRuns: 200 },
    );
  });
});

test('every platform answers every outcome', () => {
  for (const platform of Object.values(platforms)) {
    expect(platform.answer({ type: 'ignored', why: 'a ping' }).status).toBe(200);
  }
});
