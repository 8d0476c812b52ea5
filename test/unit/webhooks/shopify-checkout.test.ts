import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../shared/contracts/platforms/platform.ts';
import { macOf } from '../../../shared/contracts/platforms/signed-body.ts';
import { journeyPresets } from '../../../shared/domain/journeys/presets.ts';
import { occurrencesOfEvents } from '../../../shared/domain/journeys/triggers.ts';
import { deliver, intakeInMemory, now } from '../../support/intake-in-memory.ts';
import { type Json, readShopify, shopifyCheckout, shopifyCustomer } from '../../support/shopify-payloads.ts';

const begunAt = Date.parse('2026-11-20T09:50:00+01:00');
const updatedAt = Date.parse('2026-11-20T09:55:00+01:00');
const mail = 'consent.email:ada@example.com';

function begun(reading: Reading): Extract<Reading, { type: 'behaviour' }> {
  if (reading.type !== 'behaviour') throw new Error(`no behaviour: ${JSON.stringify(reading)}`);
  return reading;
}

const read = (changes: Json = {}, topic = 'checkouts/update') => readShopify(topic, shopifyCheckout(changes));

describe('a checkout that was begun', () => {
  test('is an event of the moment it began, and says who they are as of its update', () => {
    const stated = (value: unknown) => ({ value, at: updatedAt });
    expect(read()).toEqual({
      type: 'behaviour',
      buyer: { id: '9001', phone: '+4915112345678', email: 'ada@example.com' },
      event: {
        type: 'checkout_started',
        at: begunAt,
        id: 'checkout north#b1946ac92492d2347c6235b4d2611184',
        product: '801',
      },
      statements: {
        name: stated('Ada Weber'),
        phone: stated('+4915112345678'),
        email: stated('ada@example.com'),
        locale: stated('de-DE'),
        country: stated('DE'),
        province: stated('Berlin'),
        city: stated('Berlin'),
      },
    });
  });

  test('is one event under both topics, known by its token, else by its id', () => {
    const idOf = (changes: Json, topic?: string) => begun(read(changes, topic)).event.id;
    expect(idOf({ updated_at: '2026-11-20T09:50:00+01:00' }, 'checkouts/create')).toBe(idOf({}));
    expect(idOf({ id: 2 ** 60 })).toBe(idOf({}));
    expect(idOf({ token: null })).toBe('checkout north#981820079');
    expect(idOf({ token: 'another' })).not.toBe(idOf({}));
  });

  test.each([
    ['two', [{ product_id: 801 }, { product_id: 802 }]],
    ['one and something of no product', [{ product_id: 801 }, { title: 'Tip' }]],
    ['none', []],
  ])('of %s names no product', (_what, line_items) => {
    expect(begun(read({ line_items })).event.product).toBeUndefined();
  });

  test('of a custom item names its SKU', () => {
    expect(begun(read({ line_items: [{ product_id: null, sku: 'CARD' }] })).event.product).toBe('CARD');
  });

  test('is never of the recipient', () => {
    expect(begun(read({ customer: null, email: null })).buyer).toEqual({});
    expect(begun(read({ customer: null, email: null, phone: '030 9876543' })).buyer).toEqual({ phone: '+49309876543' });
  });

  test('that was completed is left to its order', () => {
    expect(read({ completed_at: '2026-11-20T10:00:00+01:00' }).type).toBe('ignored');
  });

  test.each(['created_at', 'token'])('without %s is invalid', (field) => {
    const reading = read({ id: null, [field]: null });
    expect(reading).toMatchObject({ type: 'invalid', errors: [{ field, message: 'is needed' }] });
  });

  test('carries consent as Shopify has it: a tick of when it began, and no tick is no objection', () => {
    const consentOf = (changes: Json) => begun(read(changes)).statements[mail];
    expect(consentOf({ buyer_accepts_marketing: true })).toEqual({ value: true, at: begunAt });
    expect(consentOf({ buyer_accepts_marketing: false })).toBeUndefined();
    const said = { state: 'unsubscribed', consent_updated_at: '2026-11-20T09:52:00+01:00' };
    const customer = shopifyCustomer({ email_marketing_consent: said });
    expect(consentOf({ buyer_accepts_marketing: true, customer })).toMatchObject({ value: false });
    const pending = shopifyCustomer({ email_marketing_consent: { state: 'pending' } });
    expect(consentOf({ buyer_accepts_marketing: true, customer: pending })).toBeUndefined();
  });
});

describe('through the webhook function', () => {
  const secret = 'shpss_0123';
  const intake = () =>
    intakeInMemory({ shop: { platform: 'shopify', currency: 'EUR', timezone: 'Europe/Berlin', secrets: [secret] } });
  const send = async ({ handler }: ReturnType<typeof intake>, topic: string, changes: Json) => {
    const bytes = Buffer.from(JSON.stringify(shopifyCheckout(changes)));
    const headers = { 'x-shopify-topic': topic, 'x-shopify-hmac-sha256': macOf(bytes, secret) };
    const { status, body } = await deliver(handler, bytes, { headers });
    return [status, body.outcome];
  };
  const nobody = { customer: null, email: null };

  test('names nobody at first, then makes a prospect whom the abandoned-checkout journey follows, once', async () => {
    const taken = intake();
    expect(await send(taken, 'checkouts/create', nobody)).toEqual([200, 'ignored']);
    expect(taken.store.livingFiles()).toEqual([]);
    expect(await send(taken, 'checkouts/update', {})).toEqual([200, 'recorded']);
    expect(await send(taken, 'checkouts/update', {})).toEqual([200, 'unchanged']);
    await send(taken, 'checkouts/update', { updated_at: '2026-11-20T09:59:00+01:00', line_items: [] });
    const [file] = taken.store.livingFiles();
    if (!file) throw new Error('nobody');
    expect(file.noticed?.stage).toBe('prospect');
    const events = taken.deps.behaviour.rows.get(file.id)?.value.events ?? [];
    const followed = journeyPresets.filter(
      ({ definition }) => occurrencesOfEvents(definition.trigger, events, file, now).length === 1,
    );
    expect(followed.map(({ definition }) => definition.id)).toEqual(['abandoned-checkout']);
    expect(events).toMatchObject([{ type: 'checkout_started', at: begunAt }]);
    expect(taken.parked).toEqual([]);
  });

  test('is taken long after it began: who they are counts, the event no more', async () => {
    const taken = intake();
    const long = { created_at: '2026-05-01T09:00:00+02:00' };
    expect(await send(taken, 'checkouts/update', long)).toEqual([200, 'recorded']);
    expect(taken.store.livingFiles()[0]?.statements.name?.value).toBe('Ada Weber');
    expect([taken.deps.behaviour.rows.size, taken.parked.length]).toEqual([0, 0]);
  });
});
