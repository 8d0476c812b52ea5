import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome, Reading } from '../../../shared/contracts/platforms/platform.ts';
import { macOf } from '../../../shared/contracts/platforms/signed-body.ts';
import { woocommerce } from '../../../shared/contracts/platforms/woocommerce.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { mutatedBodies } from '../../config/runs.ts';
import { mutated, mutation } from '../../support/mutated-bodies.ts';
import { hasReferencePayloads, referencePayload } from '../../support/reference-payloads.ts';
import { type Json, shopOfWoo, wooCustomer, wooOrder, wooRequest } from '../../support/woocommerce-payloads.ts';

const unpaid = { date_paid: null, date_paid_gmt: null };
const cod = { payment_method: 'cod', payment_method_title: 'Cash on delivery' };

/** Bodies that are purchases, and bodies that are none for each reason there is. */
const bodies: readonly (readonly [topic: string, body: Json])[] = [
  ['order.created', wooOrder()],
  ['order.updated', wooOrder({ status: 'completed', refunds: [{ id: 9, reason: '', total: '-20.50' }] })],
  ['order.created', wooOrder({ status: 'pending', ...unpaid })],
  ['order.created', wooOrder({ status: 'on-hold', payment_method: 'bacs', ...unpaid })],
  ['order.updated', wooOrder(cod)],
  ['order.updated', wooOrder({ status: 'failed', ...unpaid })],
  ['order.updated', wooOrder({ status: 'cancelled' })],
  ['order.updated', wooOrder({ status: 'refunded', refunds: [{ id: 9, total: '-120.50' }] })],
  [
    'order.updated',
    wooOrder({
      status: 'refunded',
      refunds: [
        { id: 9, total: '-20.50' },
        { id: 10, total: '-100' },
      ],
    }),
  ],
  ['order.updated', wooOrder({ status: 'checkout-draft', ...unpaid })],
  ['order.deleted', { id: 727 }],
  ['customer.updated', wooCustomer()],
  ...(hasReferencePayloads ? referenceBodies() : []),
];

function referenceBodies(): [topic: string, body: Json][] {
  const files = [
    ['order.updated', 'ios_order_324_partially_refunded'],
    ['order.created', 'order_727_processing'],
    ['coupon.updated', 'coupon_719'],
  ] as const;
  return files.map(([topic, file]) => [
    topic,
    JSON.parse(referencePayload(`woocommerce/${file}.json`).toString()) as Json,
  ]);
}

/** As the intake does: verify, read, answer. */
function take(bytes: Buffer, topic: string | undefined): Reading {
  const headers = { 'x-wc-webhook-signature': macOf(bytes, 'a&b'), ...(topic && { 'x-wc-webhook-topic': topic }) };
  const request = wooRequest(bytes, headers);
  expect(woocommerce.verify(request, ['a&amp;b'], 0)).toEqual({ ok: true });
  const reading = woocommerce.read(request, shopOfWoo);
  const outcome: Outcome = reading.type === 'invalid' || reading.type === 'ignored' ? reading : { type: 'recorded' };
  expect(woocommerce.answer(outcome).status).toBe(200);
  return reading;
}

function isPurchase(reading: Reading): boolean {
  return reading.type === 'order' && purchaseOf(reading.order, shopOfWoo.timezone) !== undefined;
}

function statusIn(bytes: Buffer): unknown {
  const { status } = JSON.parse(bytes.toString()) as Json;
  return typeof status === 'string' && /^[a-z-]{3,}$/.test(status) ? status : undefined;
}

const purchases = bodies.map(([topic, body]) => isPurchase(take(Buffer.from(JSON.stringify(body)), topic)));
const anyBody = fc.nat(bodies.length - 1);
const numRuns = mutatedBodies();

describe('mutated bodies', () => {
  test('are what they should be unmutated', () => {
    expect(purchases.slice(0, 12)).toEqual(Array.from({ length: 12 }, (_body, index) => index < 2));
  });

  test('never throw and are always answered with 200', () => {
    const cut = fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(
        anyBody,
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        cut,
        fc.boolean(),
        (at, all, kept, named) => {
          const [topic, body] = bodies[at] ?? ['', {}];
          const reading = take(mutated(body, all, kept), named ? topic : undefined);
          if (reading.type === 'invalid') expect(reading.errors[0]?.message).toBeTruthy();
        },
      ),
      { numRuns },
    );
  });

  test('are no purchase where the body itself is none', () => {
    fc.assert(
      fc.property(anyBody, mutation, (at, change) => {
        const [topic, body] = bodies[at] ?? ['', {}];
        const bytes = mutated(body, [change]);
        // Another word in its place is a plugin's status, and of those the date of payment tells.
        fc.pre([body.status, undefined].includes(statusIn(bytes)));
        const reading = take(bytes, topic);
        if (isPurchase(reading)) expect(purchases[at], JSON.stringify(reading)).toBe(true);
      }),
      { numRuns },
    );
  });
});
