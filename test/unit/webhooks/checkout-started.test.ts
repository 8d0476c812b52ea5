import { describe, expect, test } from 'vitest';
import { factsOf } from '../../../shared/domain/customers/customer-file.ts';
import { anOrder, deliver, intakeInMemory, now } from '../../support/intake-in-memory.ts';

const day = 86_400_000;
const time = (at: number) => new Date(at).toISOString();

function started(data: Record<string, unknown>, at = now - 60_000): string {
  return JSON.stringify({ type: 'checkout.started', timestamp: time(at), data });
}

const zoe = { email: 'zoe@example.com', name: 'Zoe' };

describe('checkout.started', () => {
  test('makes a prospect of somebody unknown, and is an event of theirs, once', async () => {
    const { handler, deps, store, parked } = intakeInMemory();
    const body = started({ customer: zoe, items: [{ productId: 'tea' }, { productId: 'tea' }] });
    expect(await deliver(handler, body)).toMatchObject({ status: 200, body: { outcome: 'recorded' } });
    expect((await deliver(handler, body, { id: 'evt-2' })).body.outcome).toBe('unchanged');
    const [file] = store.livingFiles();
    expect(file).toMatchObject({ noticed: { stage: 'prospect' }, statements: { name: { value: 'Zoe' } } });
    expect([...deps.behaviour.rows.values()].map(({ value }) => value)).toEqual([
      { customer: file?.id, events: [{ type: 'checkout_started', at: now - 60_000, product: 'tea' }] },
    ]);
    expect(parked).toEqual([]);
  });

  test('is of a customer known before, and leaves the same facts whichever came first', async () => {
    const order = JSON.stringify({ type: 'order.created', data: anOrder({ customer: zoe }) });
    const checkout = started({ customer: zoe, id: 'c1', items: [{ productId: 'tea' }, { productId: 'cup' }] });
    const facts = [];
    for (const bodies of [
      [order, checkout],
      [checkout, order],
    ]) {
      const { handler, deps, store } = intakeInMemory();
      for (const body of bodies) expect((await deliver(handler, body)).body.outcome).toBe('recorded');
      const [file, ...others] = store.livingFiles();
      if (!file) throw new Error('nobody');
      expect(others).toEqual([]);
      expect(deps.behaviour.rows.get(file.id)?.value.events).toMatchObject([{ type: 'checkout_started' }]);
      facts.push(factsOf(file));
    }
    expect(facts[1]).toEqual(facts[0]);
  });

  test('sent again under its id is one event, with its later time', async () => {
    const { handler, deps } = intakeInMemory();
    await deliver(handler, started({ id: 'c1', customer: zoe }, now - 2000));
    await deliver(handler, started({ id: 'c1', customer: zoe }, now - 1000));
    await deliver(handler, started({ id: 'c1', customer: zoe }, now - 3000));
    expect([...deps.behaviour.rows.values()].flatMap(({ value }) => value.events.map(({ at }) => at))).toEqual([
      now - 1000,
    ]);
  });

  test('of nobody is ignored', async () => {
    const { handler, deps } = intakeInMemory();
    expect((await deliver(handler, started({ items: [] }))).body.outcome).toBe('ignored');
    expect(deps.behaviour.rows.size).toBe(0);
  });

  test('of long ago still tells who they are; one of the future is refused by its field', async () => {
    const { handler, deps, store, parked } = intakeInMemory();
    expect((await deliver(handler, started({ customer: zoe }, now - 100 * day))).body.outcome).toBe('recorded');
    expect(store.livingFiles()).toHaveLength(1);
    expect(deps.behaviour.rows.size).toBe(0);
    const answer = await deliver(handler, started({ customer: { email: 'new@example.com' } }, now + day));
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'timestamp' }] } });
    expect(store.livingFiles()).toHaveLength(1);
    expect(parked[0]?.cause.reason).toBe('invalid');
  });

  test.each([
    [{ customer: { email: 12 } }, 'data.customer.email'],
    [{ items: [{ productId: '' }] }, 'data.items[0].productId'],
    [{ createdAt: 'yesterday' }, 'data.createdAt'],
  ])('with %o is refused by its field', async (data, field) => {
    const { handler } = intakeInMemory();
    const { status, body } = await deliver(handler, started(data));
    expect([status, (body.errors as { field: string }[]).map((error) => error.field)]).toEqual([422, [field]]);
  });
});
