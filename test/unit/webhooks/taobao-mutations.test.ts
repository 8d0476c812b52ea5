import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome, Reading } from '../../../shared/contracts/platforms/platform.ts';
import { taobao } from '../../../shared/contracts/platforms/taobao.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { mutatedBodies } from '../../config/runs.ts';
import { mutated, mutation } from '../../support/mutated-bodies.ts';
import { hasReferencePayloads, referencePayload } from '../../support/reference-payloads.ts';
import { bought, shopOfTaobao, taobaoRequest, taobaoSecret, taobaoTrade, tid } from '../../support/taobao-payloads.ts';

const back = { status: 'TRADE_CLOSED', refund_status: 'SUCCESS' };
const lines = [
  { ...back, refund_id: 'R1' },
  { ...back, refund_id: 'R2' },
];
const ended = { end_time: '2026-11-30 20:00:00', modified: '2026-11-30 20:00:00' };
const onDelivery = { ...bought, type: 'cod', cod_status: 'TAKEN_IN_SUCCESS', status: 'WAIT_BUYER_CONFIRM_GOODS' };
const deposit = { ...bought, type: 'step', status: 'WAIT_BUYER_PAY', step_trade_status: 'FRONT_PAID_FINAL_NOPAID' };
const refund = { tid, oid: tid, refund_id: 'R1', refund_fee: '50.00', modified: bought.modified, buyer_open_uid: 'A' };
const agiso = {
  Tid: 2067719225654838,
  Status: 'WAIT_BUYER_CONFIRM_GOODS',
  Payment: '3.00',
  PayTime: '2016-07-11 11:20:20',
  Created: '2016-07-11 11:20:09',
  Orders: [{ Oid: 2067719225654838, NumIid: 45533870790, Title: 't', Num: 1, Payment: '3.00', SkuId: null }],
  ExtendedFields: {},
};

/** Three that are purchases, then those that are none for each reason there is. */
const bodies: readonly unknown[] = [
  { trade_fullinfo_get_response: { trade: taobaoTrade(bought) } },
  taobaoTrade({ ...onDelivery, ...ended, status: 'TRADE_FINISHED' }),
  agiso,
  taobaoTrade(),
  { trade: taobaoTrade(deposit) },
  taobaoTrade({ status: 'WAIT_PRE_AUTH_CONFIRM', type: 'pre_auth_type' }),
  taobaoTrade(onDelivery),
  taobaoTrade({ ...ended, status: 'TRADE_CLOSED_BY_TAOBAO' }),
  taobaoTrade({ ...bought, ...ended, status: 'TRADE_CLOSED' }, lines),
  { tid, jdp_response: JSON.stringify({ trade: taobaoTrade() }) },
  { topic: 'taobao_refund_RefundSuccess', pub_time: bought.modified, content: JSON.stringify(refund) },
  refund,
  { Tid: '1', Status: 'WAIT_SELLER_SEND_GOODS', Payment: '3.00', type: 'fixed', BuyerOpenUid: 'A' },
  { Tid: '1', Oid: '1', Content: '好', Result: 'good', Created: '2020-03-09 14:59:11' },
  ...(hasReferencePayloads ? referenceBodies() : []),
];

function referenceBodies(): unknown[] {
  const files = ['trade_fullinfo_TRADE_CLOSED_BY_TAOBAO_2013', 'trade_WAIT_BUYER_PAY_masked_bigint_2020'];
  return files.map((file) => JSON.parse(referencePayload(`taobao/${file}.json`).toString()) as unknown);
}

const now = Date.parse('2026-11-20T10:15:00+08:00');
const ways = ['json', 'form', 'pushed'] as const;
type Way = (typeof ways)[number];

/** As the intake does: verify, read, answer. */
function take(json: Buffer, way: Way, harm = (body: string) => body): Reading {
  const body = way === 'json' ? json : Buffer.from(harm(`json=${encodeURIComponent(json.toString())}`));
  const type = way === 'json' ? 'application/json' : 'application/x-www-form-urlencoded; charset=gbk';
  const timestamp = String(now / 1000);
  const sign = createHash('md5').update(`${taobaoSecret}timestamp${timestamp}`).update(body).update(taobaoSecret);
  const query = { timestamp, ...(way === 'pushed' && { aopic: '2097152' }), sign: sign.digest('hex') };
  const request = taobaoRequest(body, { query, headers: { 'content-type': type } });
  if (way === 'json' && /^\s*[{[]/.test(body.toString())) {
    expect(taobao.verify(request, ['another secret', taobaoSecret], now)).toEqual({ ok: true });
  }
  expect(taobao.verify(request, ['another secret'], now).ok).toBe(false);
  taobao.eventId(request);
  const reading = taobao.read(request, shopOfTaobao);
  const outcome: Outcome = reading.type === 'invalid' || reading.type === 'ignored' ? reading : { type: 'recorded' };
  expect(taobao.answer(outcome).status).toBe(200);
  return reading;
}

function isPurchase(reading: Reading): boolean {
  return reading.type === 'order' && purchaseOf(reading.order, shopOfTaobao.timezone) !== undefined;
}

const purchases = bodies.map((body) => isPurchase(take(Buffer.from(JSON.stringify(body)), 'json')));
const anyBody = fc.nat(bodies.length - 1);
const anyWay = fc.constantFrom(...ways);
const numRuns = mutatedBodies();

describe('mutated bodies', () => {
  test('are what they should be unmutated', () => {
    expect(purchases.slice(0, 14)).toEqual(Array.from({ length: 14 }, (_body, at) => at < 3));
  });

  test('never throw and are always answered with 200', () => {
    const cut = fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true }));
    const changes = fc.array(mutation, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(anyBody, changes, cut, anyWay, (at, all, kept, way) => {
        const reading = take(mutated(bodies[at], all, kept), way);
        if (reading.type === 'invalid') expect(reading.errors[0]?.message).toBeTruthy();
      }),
      { numRuns },
    );
  });

  test('nor do forms whose encoding is broken', () => {
    const harm = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      with: fc.constantFrom('%', '%z', '+', '&', '=', '&json=', '\u00ff', ''),
    });
    fc.assert(
      fc.property(anyBody, fc.array(harm, { minLength: 1, maxLength: 4 }), (at, harms) => {
        take(Buffer.from(JSON.stringify(bodies[at])), 'form', (text) =>
          harms.reduce((body, one) => {
            const place = Math.floor(body.length * one.at);
            return body.slice(0, place) + one.with + body.slice(place + 2);
          }, text),
        );
      }),
      { numRuns: Math.ceil(numRuns / 2) },
    );
  });

  test('are no purchase where the body itself is none', () => {
    fc.assert(
      fc.property(anyBody, mutation, anyWay, (at, change, way) => {
        const reading = take(mutated(bodies[at], [change]), way);
        if (isPurchase(reading)) expect(purchases[at], JSON.stringify(reading)).toBe(true);
      }),
      { numRuns },
    );
  });
});
