import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome, Reading } from '../../../shared/contracts/platforms/platform.ts';
import { shopify } from '../../../shared/contracts/platforms/shopify.ts';
import { macOf } from '../../../shared/contracts/platforms/signed-body.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { mutatedBodies } from '../../config/runs.ts';
import { mutated, mutation } from '../../support/mutated-bodies.ts';
import { hasReferencePayloads, referencePayload } from '../../support/reference-payloads.ts';
import {
  type Json,
  shopifyCheckout,
  shopifyCustomer,
  shopifyFulfillment,
  shopifyOrder,
  shopifyRefund,
  shopifyRequest,
  shopifyTransaction,
  shopOfShopify,
} from '../../support/shopify-payloads.ts';

const wholeRefund = shopifyRefund({ transactions: [shopifyTransaction({ kind: 'refund' })] });
const cancelled = { cancelled_at: '2026-11-20T12:00:00+01:00', cancel_reason: 'fraud' };

/** Bodies that are purchases, and bodies that are none for each reason there is. */
const bodies: readonly (readonly [topic: string, body: Json])[] = [
  ['orders/create', shopifyOrder()],
  ['orders/paid', shopifyOrder({ fulfillments: [shopifyFulfillment()] })],
  ['orders/updated', shopifyOrder({ financial_status: 'partially_refunded', refunds: [shopifyRefund()] })],
  ['orders/create', shopifyOrder({ financial_status: 'pending' })],
  ['orders/create', shopifyOrder({ financial_status: 'authorized' })],
  ['orders/paid', shopifyOrder({ financial_status: 'partially_paid' })],
  ['orders/cancelled', shopifyOrder({ financial_status: 'voided', ...cancelled })],
  ['orders/cancelled', shopifyOrder(cancelled)],
  ['orders/updated', shopifyOrder({ financial_status: 'refunded', refunds: [wholeRefund] })],
  ['orders/updated', shopifyOrder({ financial_status: 'refunded', refunds: [shopifyRefund(), wholeRefund] })],
  ['orders/paid', shopifyOrder({ test: true, payment_gateway_names: ['bogus'] })],
  ['refunds/create', shopifyRefund()],
  ['order_transactions/create', shopifyTransaction()],
  ['fulfillments/update', shopifyFulfillment({ shipment_status: 'delivered' })],
  ['customers/update', shopifyCustomer()],
  ['checkouts/update', shopifyCheckout()],
  ...(hasReferencePayloads ? referenceBodies() : []),
];

function referenceBodies(): [topic: string, body: Json][] {
  const files = [
    ['orders/updated', 'order_450789469_partially_refunded'],
    ['orders/create', 'order_1073459983_pending'],
    ['orders/cancelled', 'order_9999_test_notification_cancelled'],
    ['refunds/create', 'refund_509562969'],
  ] as const;
  return files.map(([topic, file]) => [topic, JSON.parse(referencePayload(`shopify/${file}.json`).toString()) as Json]);
}

const secret = 'shpss_secret';

/** As the intake does: verify, read, answer. */
function take(bytes: Buffer, topic: string | undefined): Reading {
  const headers = { 'x-shopify-hmac-sha256': macOf(bytes, secret), ...(topic && { 'x-shopify-topic': topic }) };
  const request = shopifyRequest(bytes, headers);
  expect(shopify.verify(request, [secret], 0)).toEqual({ ok: true });
  const reading = shopify.read(request, shopOfShopify);
  const outcome: Outcome = reading.type === 'invalid' || reading.type === 'ignored' ? reading : { type: 'recorded' };
  expect(shopify.answer(outcome).status).toBe(200);
  return reading;
}

function isPurchase(reading: Reading): boolean {
  return reading.type === 'order' && purchaseOf(reading.order, shopOfShopify.timezone) !== undefined;
}

const purchases = bodies.map(([topic, body]) => isPurchase(take(Buffer.from(JSON.stringify(body)), topic)));
const anyBody = fc.nat(bodies.length - 1);
const numRuns = mutatedBodies();

describe('mutated bodies', () => {
  test('are what they should be unmutated', () => {
    expect(purchases.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_body, index) => index < 3));
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
        const reading = take(mutated(body, [change]), topic);
        if (isPurchase(reading)) expect(purchases[at], JSON.stringify(reading)).toBe(true);
      }),
      { numRuns },
    );
  });
});
