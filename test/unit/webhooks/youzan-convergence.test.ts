import { describe, expect, test } from 'vitest';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { refundedAmount, statusOf } from '../../../shared/domain/orders/status.ts';
import { joinedInAnyOrder, orderIn } from '../../support/read-orders.ts';
import { paid, readYouzan, shopOfYouzan, youzanOrderId, youzanTrade } from '../../support/youzan-payloads.ts';

const beijing = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);
const part = (type: string, update_time: string, more: object = {}) =>
  orderIn(readYouzan(type, { tid: youzanOrderId, update_time, ...more }));
const whole = (order_info: object = {}, more: object = {}, pay_info: object = {}) =>
  orderIn(
    readYouzan('trade_TradeBuyerPay', {
      ...youzanTrade({ order_info: { ...order_info }, pay_info: { ...pay_info } }),
      ...more,
    }),
  );

const created = whole();
const bought = whole(paid);
const shipped = part('trade_TradeSellerShip', '2026-11-21 09:00:00');
const done = part('trade_TradeSuccess', '2026-11-28 12:00:00');
const refund = (type: string, update_time: string, refunded_fee: string, refund_id = 'R1') =>
  part(type, update_time, { refund_id, refunded_fee });

const outcome = (parts: readonly Order[]) => {
  const order = joinedInAnyOrder(parts);
  return [statusOf(order), purchaseOf(order, shopOfYouzan.timezone)?.amount, refundedAmount(order)];
};

describe('messages of one order come to the same in any order of arrival', () => {
  test('bought, sent and done', () => {
    const order = joinedInAnyOrder([created, bought, shipped, done]);
    expect(statusOf(order)).toBe('completed');
    // Done means paid, but the time of the payment itself is earlier.
    expect(order.milestones).toEqual({
      createdAt: beijing('2026-11-20 10:15:00'),
      paidAt: beijing('2026-11-20 10:20:00'),
      shippedAt: beijing('2026-11-21 09:00:00'),
      completedAt: beijing('2026-11-28 12:00:00'),
    });
    expect(order.description).toEqual(bought.description);
    expect(purchaseOf(order, shopOfYouzan.timezone)?.amount).toBe(6600);
  });

  test('paid on delivery', () => {
    const update_time = '2026-11-20 10:16:00';
    const toCollect = whole({ pay_type: 9, status: 'WAIT_SELLER_SEND_GOODS', pay_time: update_time, update_time });
    expect(outcome([created, toCollect, shipped])).toEqual(['shipped', undefined, 0]);
    expect(outcome([created, toCollect, shipped, done])).toEqual(['completed', 6600, 0]);
  });

  test('a deposit, then the balance', () => {
    const deposit = { phase: 1, pay_time: paid.pay_time };
    const first = whole({ ...paid, status: 'WAIT_BUYER_PAY' }, {}, { phase_payments: [deposit, { phase: 2 }] });
    const second = whole(
      { ...paid, update_time: '2026-11-25 08:00:00' },
      {},
      { phase_payments: [deposit, { phase: 2, pay_time: '2026-11-25 08:00:00' }] },
    );
    expect(outcome([created, first])).toEqual(['created', undefined, 0]);
    const order = joinedInAnyOrder([created, first, second]);
    expect(order.milestones.paidAt).toBe(beijing('2026-11-25 08:00:00'));
    expect(order.description?.value.awaits).toBeUndefined();
  });

  test('closed unpaid, closed after payment, paid after closing', () => {
    const closed = part('trade_TradeClose', '2026-11-21 10:15:00', { close_type: 1 });
    expect(outcome([created, closed])).toEqual(['cancelled', undefined, 0]);
    expect(outcome([created, bought, closed])).toEqual(['refunded', undefined, 0]);
    const early = part('trade_TradeClose', '2026-11-20 10:16:00', { close_type: 1 });
    expect(outcome([created, early, bought])).toEqual(['paid', 6600, 0]);
  });

  test('a refund asked for, agreed and paid', () => {
    const steps = [
      refund('youzan_trade_RefundCreated', '2026-11-22 09:00:00', '20.00'),
      refund('youzan_trade_RefundSellerAgree', '2026-11-22 10:00:00', '20.00'),
      refund('youzan_trade_RefundSuccess', '2026-11-23 09:00:00', '18.50'),
    ];
    expect(outcome([bought, ...steps.slice(0, 2)])).toEqual(['paid', 6600, 0]);
    expect(outcome([bought, ...steps])).toEqual(['partially_refunded', 4750, 1850]);
    expect(outcome([bought, ...steps, shipped])).toEqual(['partially_refunded', 4750, 1850]);
  });

  test('all of it in the same second', () => {
    const at = '2026-11-22 09:00:00';
    const steps = ['trade_refund_BuyerCreated', 'trade_refund_SysRefund'].map((type) => refund(type, at, '66.00'));
    expect(outcome([bought, ...steps])).toEqual(['refunded', undefined, 6600]);
  });

  test('a refund taken back, and asked for again', () => {
    const withdrawn = refund('trade_refund_RefundClosed', '2026-11-22 10:00:00', '66.00');
    const asked = refund('trade_refund_BuyerCreated', '2026-11-22 09:00:00', '66.00');
    const again = refund('trade_refund_RefundAgain', '2026-11-22 11:00:00', '66.00');
    const statusAfter = (parts: readonly Order[]) => joinedInAnyOrder(parts).refunds.map(({ value }) => value.status);
    expect(statusAfter([asked, withdrawn])).toEqual(['refused']);
    expect(statusAfter([asked, withdrawn, again])).toEqual(['requested']);
  });

  test('refunded in full and closed, with whole orders between', () => {
    const close = part('trade_TradeClose', '2026-11-23 09:00:01', {
      close_type: 2,
      close_reason: 'refund, order closed!',
    });
    const listed = { refund_order: [{ refund_id: 'R1', refund_fee: '60.00', refund_state: 60 }] };
    const closed = {
      ...paid,
      status: 'TRADE_CLOSED',
      close_type: 2,
      refund_state: 12,
      update_time: '2026-11-23 09:00:01',
    };
    const told = refund('trade_refund_RefundSuccess', '2026-11-23 09:00:00', '60.00');
    // The postage was not listed, and has gone back, too.
    expect(outcome([bought, close, told, whole(closed, listed)])).toEqual(['refunded', undefined, 6600]);
    expect(outcome([bought, close])).toEqual(['refunded', undefined, 0]);
  });
});
