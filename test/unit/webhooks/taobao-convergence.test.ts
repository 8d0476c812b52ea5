import { describe, expect, test } from 'vitest';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { refundedAmount, statusOf } from '../../../shared/domain/orders/status.ts';
import { joinedInAnyOrder, orderIn } from '../../support/read-orders.ts';
import { bought, type Json, readTaobao, shopOfTaobao, taobaoTrade, tid } from '../../support/taobao-payloads.ts';

const beijing = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);
const whole = (changes: Json = {}, lines?: readonly Json[]) => orderIn(readTaobao(taobaoTrade(changes, lines)));
const refund = (topic: string | undefined, modified: string, refund_fee: string, refund_id = 'R1') =>
  orderIn(
    readTaobao({
      content: { tid, refund_id, refund_fee, modified },
      ...(topic && { topic: `taobao_refund_${topic}` }),
    }),
  );

const shipped = {
  ...bought,
  status: 'WAIT_BUYER_CONFIRM_GOODS',
  consign_time: '2026-11-21 09:00:00',
  modified: '2026-11-21 09:00:00',
};
const finished = {
  ...shipped,
  status: 'TRADE_FINISHED',
  end_time: '2026-12-01 09:00:00',
  modified: '2026-12-01 09:00:00',
};
const closed = { ...bought, status: 'TRADE_CLOSED', end_time: '2026-11-23 09:00:01', modified: '2026-11-23 09:00:01' };
const asked = { refund_id: 'R1', refund_status: 'WAIT_SELLER_AGREE' };
const back = { refund_id: 'R1', refund_status: 'SUCCESS', status: 'TRADE_CLOSED' };

const outcome = (parts: readonly Order[]) => {
  const order = joinedInAnyOrder(parts);
  return [statusOf(order), purchaseOf(order, shopOfTaobao.timezone)?.amount, refundedAmount(order)];
};

describe('what is told of one trade comes to the same in any order of arrival', () => {
  test('bought, sent and finished', () => {
    const order = joinedInAnyOrder([whole(), whole(bought), whole(shipped), whole(finished)]);
    expect(statusOf(order)).toBe('completed');
    expect(order.milestones).toEqual({
      createdAt: beijing('2026-11-20 10:15:00'),
      paidAt: beijing(bought.pay_time),
      shippedAt: beijing(shipped.consign_time),
      completedAt: beijing(finished.end_time),
    });
    expect(purchaseOf(order, shopOfTaobao.timezone)?.amount).toBe(8000);
  });

  test('short pushes are later than what they tell of, and give way to it', () => {
    const push = (aopic: string, timestamp: string) =>
      orderIn(readTaobao({ tid, status: 'WAIT_SELLER_SEND_GOODS', payment: '80.00' }, { query: { aopic, timestamp } }));
    const pushes = [push('1', '1795140905'), push('2097152', '1795141205')];
    const early = joinedInAnyOrder([...pushes, whole()]);
    expect(early.milestones).toEqual({ createdAt: 1795140900_000, paidAt: 1795141205_000 });
    expect(joinedInAnyOrder([...pushes, whole(bought)]).milestones).toEqual(whole(bought).milestones);
  });

  test('paid on delivery', () => {
    const cod = { type: 'cod', pay_time: bought.pay_time };
    const signed = { ...shipped, ...cod, status: 'TRADE_BUYER_SIGNED', modified: '2026-11-24 18:00:00' };
    expect(outcome([whole(cod), whole({ ...shipped, ...cod })])).toEqual(['shipped', undefined, 0]);
    const order = joinedInAnyOrder([
      whole(cod),
      whole({ ...shipped, ...cod }),
      whole(signed),
      whole({ ...finished, ...cod }),
    ]);
    expect(order.milestones.paidAt).toBe(beijing(signed.modified));
    expect(statusOf(order)).toBe('completed');
    expect(order.description?.value.awaits).toBeUndefined();
  });

  test('a line refunded: the message’s exact amount wins over the line’s share', () => {
    const steps = [whole(bought), whole({ ...shipped }, [asked]), whole(finished, [back])];
    expect(outcome(steps)).toEqual(['partially_refunded', 3000, 5000]);
    const told = refund('RefundSuccess', '2026-11-23 09:00:00', '48.20');
    expect(outcome([...steps, told])).toEqual(['partially_refunded', 3180, 4820]);
    // Even where the trade was changed after it.
    expect(outcome([told, whole(finished, [back])])).toEqual(['partially_refunded', 3180, 4820]);
  });

  test('a refund’s message short of success does not hold back a success', () => {
    const created = refund('RefundCreated', '2026-11-22 09:00:00', '48.20');
    const bare = refund(undefined, '2026-11-22 10:00:00', '48.20');
    expect(outcome([whole(bought), created, bare])).toEqual(['paid', 8000, 0]);
    expect(outcome([whole(bought), created, bare, whole(finished, [back])])).toEqual([
      'partially_refunded',
      3000,
      5000,
    ]);
  });

  test('a refund withdrawn, and asked for again', () => {
    const withdrawn = refund('RefundClosed', '2026-11-22 10:00:00', '50.00');
    const statusAfter = (parts: readonly Order[]) => joinedInAnyOrder(parts).refunds.map(({ value }) => value.status);
    expect(statusAfter([whole({ ...shipped }, [asked]), withdrawn])).toEqual(['refused']);
    const again = { ...shipped, modified: '2026-11-22 11:00:00' };
    expect(statusAfter([withdrawn, whole(again, [asked])])).toEqual(['requested']);
  });

  test('closed before payment, and paid after all', () => {
    const cancelled = {
      status: 'TRADE_CLOSED_BY_TAOBAO',
      end_time: '2026-11-20 10:18:00',
      modified: '2026-11-20 10:18:00',
    };
    expect(outcome([whole(), whole(cancelled)])).toEqual(['cancelled', undefined, 0]);
    expect(outcome([whole(), whole(cancelled), whole(bought)])).toEqual(['paid', 8000, 0]);
  });

  test.each([
    ['with all lines refunded', [back, { ...back, refund_id: 'R2' }]],
    ['with one listed', [back, {}]],
    ['with a refund still asked for', [asked, {}]],
    ['with none listed', [{}, {}]],
  ])('closed after payment it is refunded in full, %s', (_name, lines) => {
    const after = whole(closed, lines);
    expect(outcome([whole(bought), after])).toEqual(['refunded', undefined, 8000]);
    const created = refund('RefundCreated', '2026-11-22 09:00:00', '50.00');
    const told = refund('RefundSuccess', '2026-11-23 09:00:00', '50.00');
    expect(outcome([whole(bought), created, after])).toEqual(['refunded', undefined, 8000]);
    const [status, amount] = outcome([whole(), whole(bought), created, told, after]);
    expect([status, amount]).toEqual(['refunded', undefined]);
  });
  test('closed after payment, the refunds’ messages add nothing to its total', () => {
    const lines = [back, { ...back, refund_id: 'R2' }];
    const told = [
      refund('RefundSuccess', '2026-11-23 09:00:00', '55.00'),
      refund('RefundSuccess', '2026-11-23 09:00:00', '24.00', 'R2'),
    ];
    expect(outcome([whole(bought), whole(closed, lines), ...told])).toEqual(['refunded', undefined, 8000]);
  });
  test('closed after payment of nothing', () => {
    expect(outcome([whole({ ...bought, payment: '0.00' })])).toEqual(['paid', 0, 0]);
    expect(outcome([whole({ ...bought, payment: '0.00' }), whole({ ...closed, payment: '0.00' }, [back, {}])])).toEqual(
      ['refunded', undefined, 0],
    );
  });
});
