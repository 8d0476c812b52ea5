import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome, Reading } from '../../../shared/contracts/platforms/platform.ts';
import { youzan } from '../../../shared/contracts/platforms/youzan.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { mutatedBodies } from '../../config/runs.ts';
import { mutated, mutation } from '../../support/mutated-bodies.ts';
import { hasReferencePayloads, referencePayload } from '../../support/reference-payloads.ts';
import {
  inFormStyle,
  inTradeStyle,
  type Json,
  paid,
  shopOfYouzan,
  youzanOrderId,
  youzanPush,
  youzanRequest,
  youzanSecret,
  youzanTrade,
} from '../../support/youzan-payloads.ts';

const deposit = { phase_payments: [{ phase: 1, pay_time: paid.pay_time, outer_transaction_no: '4200' }, { phase: 2 }] };
const presale = {
  orders: [{ item_id: 1, num: 1, title: '预售', payment: '66.00', is_pre_sale: '1', pre_sale_type: '1' }],
};
const onDelivery = { ...paid, pay_type: 9, pay_type_str: 'CODPAY', status: 'WAIT_BUYER_CONFIRM_GOODS' };
const closed = { ...paid, status: 'TRADE_CLOSED', close_type: 2, refund_state: 12, update_time: '2026-11-23 09:00:00' };
const update_time = '2026-11-23 09:00:00';
const refund = { tid: youzanOrderId, update_time, refund_id: 'R1', refunded_fee: '20.00', refund_type: 'REFUND_ONLY' };
const state = {
  tid: youzanOrderId,
  update_time,
  status: 'WAIT_SELLER_SEND_GOODS',
  payment: '66.00',
  pay_type: 'WEIXIN',
};
const customer = { account_id: '725462007', account_type: 'YouZanAccount', name: '王芳', birthday: '', gender: 2 };

/** Three that are purchases, then those that are none for each reason there is. */
const messages: readonly (readonly [type: string, message: unknown])[] = [
  ['trade_TradeBuyerPay', youzanTrade({ order_info: paid })],
  ['trade_TradePaid', youzanTrade({ order_info: { ...paid, status: 'WAIT_CONFIRM' } })],
  ['trade_TradeSuccess', youzanTrade({ order_info: { ...onDelivery, status: 'TRADE_SUCCESS', update_time } })],
  ['trade_TradeCreate', youzanTrade()],
  ['trade_TradePaid', youzanTrade({ order_info: { ...paid, status: 'WAIT_BUYER_PAY' }, pay_info: deposit }, presale)],
  ['trade_TradePaid', youzanTrade({ order_info: { ...paid, status: 'TRADE_PAID' }, pay_info: deposit }, presale)],
  ['trade_TradeBuyerPay', youzanTrade({ order_info: onDelivery })],
  ['trade_TradeClose', youzanTrade({ order_info: { status: 'TRADE_CLOSED', close_type: 1, update_time } })],
  ['trade_TradeClose', youzanTrade({ order_info: closed })],
  ['trade_TradeClose', { tid: youzanOrderId, update_time, close_type: 1, close_reason: 'NONE' }],
  ['trade_TradeSellerShip', { tid: youzanOrderId, update_time }],
  ['trade_refund_RefundSuccess', refund],
  ['youzan_trade_RefundSuccess', refund],
  ['TRADE_ORDER_STATE', state],
  ['SCRM_CUSTOMER_EVENT', customer],
  ...(hasReferencePayloads ? referenceMessages() : []),
];

function referenceMessages(): [type: string, message: unknown][] {
  const files = ['push_trade_TradeCreate_2018', 'push_trade_TradeClose_2017', 'push_SCRM_CUSTOMER_EVENT_2018'];
  return files.map((file) => {
    const push = JSON.parse(referencePayload(`youzan/${file}.json`).toString()) as { type: string; msg: string };
    return [push.type, JSON.parse(decodeURIComponent(push.msg))];
  });
}

const encodings = [inTradeStyle, inFormStyle, (message: unknown) => message, JSON.stringify];

/** Mutates the push with its message as an object, and encodes what is left of that. */
function bodyOf(at: number, all: Parameters<typeof mutated>[1], encoding: number, kept = 1): Buffer {
  const [type, message] = messages[at] ?? ['', {}];
  const push = JSON.parse(mutated({ ...youzanPush(type, ''), msg: message }, all).toString()) as Json;
  const encode = encodings[encoding] ?? inTradeStyle;
  const bytes = Buffer.from(JSON.stringify({ ...push, ...(push.msg !== undefined && { msg: encode(push.msg) }) }));
  return bytes.subarray(0, Math.ceil(bytes.length * kept));
}

/** As the intake does: verify, read, answer. */
function take(body: Buffer): Reading {
  const request = youzanRequest(body);
  const { ok } = youzan.verify(request, ['other:secret', youzanSecret], 0);
  expect(ok || body.indexOf('"client_id"') >= 0).toBe(true);
  expect(youzan.verify(youzanRequest(body, {}), [youzanSecret], 0).ok).toBe(false);
  youzan.eventId(request);
  const reading = youzan.read(request, shopOfYouzan);
  const outcome: Outcome = reading.type === 'invalid' || reading.type === 'ignored' ? reading : { type: 'recorded' };
  expect(youzan.answer(outcome).body).toContain('success');
  return reading;
}

function isPurchase(reading: Reading): boolean {
  return reading.type === 'order' && purchaseOf(reading.order, shopOfYouzan.timezone) !== undefined;
}

const purchases = messages.map((_message, at) => isPurchase(take(bodyOf(at, [], 0))));
const anyMessage = fc.nat(messages.length - 1);
const anyEncoding = fc.nat(encodings.length - 1);
const numRuns = mutatedBodies();

describe('mutated pushes', () => {
  test('are what they should be unmutated', () => {
    expect(purchases.slice(0, 15)).toEqual(Array.from({ length: 15 }, (_message, at) => at < 3));
  });

  test('never throw and are always answered with success', () => {
    const cut = fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true }));
    const changes = fc.array(mutation, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(anyMessage, changes, anyEncoding, cut, (at, all, encoding, kept) => {
        const reading = take(bodyOf(at, all, encoding, kept));
        if (reading.type === 'invalid') expect(reading.errors[0]?.message).toBeTruthy();
      }),
      { numRuns },
    );
  });

  test('nor do those whose encoding is broken', () => {
    const harm = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      with: fc.constantFrom('%', '%zz', '+', '\\', '"', ''),
    });
    fc.assert(
      fc.property(anyMessage, fc.array(harm, { minLength: 1, maxLength: 4 }), (at, harms) => {
        const text = bodyOf(at, [], 0).toString();
        const broken = harms.reduce((body, one) => {
          const place = Math.floor(body.length * one.at);
          return body.slice(0, place) + one.with + body.slice(place + 2);
        }, text);
        take(Buffer.from(broken));
      }),
      { numRuns: Math.ceil(numRuns / 2) },
    );
  });

  test('are no purchase where the push itself is none', () => {
    fc.assert(
      fc.property(anyMessage, mutation, anyEncoding, (at, change, encoding) => {
        const reading = take(bodyOf(at, [change], encoding));
        if (isPurchase(reading)) expect(purchases[at], JSON.stringify(reading)).toBe(true);
      }),
      { numRuns },
    );
  });
});
