import { describe, expect, test } from 'vitest';
import { createHandler } from '../../../functions/order-webhook/handler.ts';
import { generic } from '../../../shared/contracts/platforms/generic.ts';
import type { Platform } from '../../../shared/contracts/platforms/platform.ts';
import { readJson } from '../../../shared/contracts/platforms/read-json.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';
import { deliver, intakeInMemory, orderEvent } from '../../support/intake-in-memory.ts';

/** A platform as the next ones will be: it signs with a word, sends parts of orders, and wants the word success. */
const parts: Platform = {
  ...generic,
  verify: ({ headers }) => (headers['x-word'] === 'open' ? { ok: true } : { ok: false, reason: 'no word' }),
  eventId: () => undefined,
  kept: { headers: ['x-topic'], query: [] },
  read(request, shop) {
    if (request.headers['x-topic'] !== 'refund') return generic.read(request, shop);
    const json = readJson(request.body);
    if (!json) return { type: 'not_json' };
    const { order, refund } = json.value as { order: string; refund: number };
    const at = Date.UTC(2026, 10, 22);
    return {
      type: 'order',
      buyer: {},
      order: {
        shop: shop.id,
        id: order,
        milestones: {},
        refunds: [{ at, value: { id: 'r1', amount: refund, at, status: 'success' } }],
        tracking: [],
        identities: [],
        statements: {},
        statedAt: 0,
      },
    };
  },
  answer: ({ type }) => ({ status: 200, contentType: 'text/plain', body: JSON.stringify(`success ${type}`) }),
};

function shopOfParts() {
  const intake = intakeInMemory();
  return {
    ...intake,
    handler: createHandler({ ...intake.deps, platforms: { ...intake.deps.platforms, generic: parts } }),
  };
}

const whole = { headers: { 'x-word': 'open' } };
const refund = { headers: { 'x-word': 'open', 'x-topic': 'refund' } };
const part = JSON.stringify({ order: '1001', refund: 2345 });

describe('the seam at which a platform plugs in', () => {
  test('verifies and answers by the platform’s own rules', async () => {
    const { handler } = shopOfParts();
    expect((await deliver(handler, orderEvent())).status).toBe(401);
    expect(await deliver(handler, orderEvent(), whole)).toEqual({ status: 200, body: 'success recorded' });
  });

  test.each([
    ['after', [orderEvent(), part]],
    ['before', [part, orderEvent()]],
  ])('a part %s the whole adds to it and leaves the rest', async (_name, bodies) => {
    const { handler, store } = shopOfParts();
    for (const body of bodies) await deliver(handler, body, body === part ? refund : whole);
    const order = store.orders.get('north#1001')?.value.order;
    expect(order && statusOf(order)).toBe('partially_refunded');
    const [file] = store.livingFiles();
    expect(file?.orders.get('north#1001')?.purchase?.amount).toBe(12_345 - 2345);
  });

  test('an event in the queue has all that reading it needs, and not its signature', async () => {
    const { deps, queued, handler } = shopOfParts();
    deps.store.commit = () => Promise.reject(new Error('unforeseen'));
    expect(await deliver(handler, part, refund)).toEqual({ status: 200, body: 'success queued' });
    expect(queued[0]?.event.headers).toEqual({ 'x-topic': 'refund' });
  });
});
