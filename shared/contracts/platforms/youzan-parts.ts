import { parseDay } from '../../domain/calendar.ts';
import type { MilestoneName, RefundStatus } from '../../domain/orders/order.ts';
import { buyerWith, clock, isTrue, momentOf, neededId, neededYuan, statusWord, yuan } from './chinese-fields.ts';
import { partOf } from './chinese-orders.ts';
import type { Reading } from './platform.ts';
import { defined, type Fields, stampAll } from './reading-fields.ts';
import type { Push } from './youzan-push.ts';
import { buyerOf } from './youzan-trade.ts';

/**
 * Of messages that tell of one step and no more, and of the states of old. Success means paid, too: cash on delivery has
 * been collected by then, and an earlier payment is the one that counts.
 */
const steps = new Map<string, readonly MilestoneName[]>([
  ['trade_TradeClose', ['cancelledAt']],
  ['trade_TradeSellerShip', ['shippedAt']],
  ['trade_TradeSuccess', ['completedAt', 'paidAt']],
  ['WAIT_BUYER_PAY', ['createdAt']],
  ['WAIT_SELLER_SEND_GOODS', ['paidAt']],
  ['WAIT_BUYER_CONFIRM_GOODS', ['shippedAt']],
  ['TRADE_BUYER_SIGNED', ['deliveredAt', 'paidAt']],
  ['TRADE_SUCCESS', ['completedAt', 'paidAt']],
  ['TRADE_CLOSED', ['cancelledAt']],
]);

export function readPart(message: Fields, push: Push): Reading {
  const names = steps.get(push.type === 'TRADE_ORDER_STATE' ? statusWord(message) : push.type);
  // What is to be paid on delivery waits to be sent, too.
  const isKnown = names && (names[0] !== 'paidAt' || message.text('pay_type') !== 'CODPAY');
  if (!isKnown) return message.invalid ?? { type: 'ignored', why: 'no milestone of the order' };
  const at = timeOf(message, push);
  const milestones = Object.fromEntries(names.map((name) => [name, at]));
  return partOf(message, push.shop, orderIdOf(message, push), { milestones });
}

function orderIdOf(message: Fields, { orderId }: Push): string {
  return message.needed('tid', message.id('tid') ?? orderId, '');
}

/** When the message was so; newer refunds have a version of their own. */
function timeOf(message: Fields, { sentAt }: Push): number {
  const at = clock(message, 'update_time') ?? momentOf(message.text('version')) ?? sentAt;
  return message.needed('update_time', at, 0);
}

/**
 * A refund on its way. Of the older messages `RefundSellerAgree` is the last one where no goods come back; it is followed
 * by `RefundSuccess` where they do, and among the newer ones always.
 */
export function readRefund(message: Fields, push: Push): Reading {
  const status = refundStatusOf(message, push.type);
  const isExchange = /^EXCHANGE/.test(message.text('refund_type') ?? '');
  const isMoneyBack = status === 'success' && !isExchange;
  const refund = defined({
    id: neededId(message, 'refund_id'),
    amount: isMoneyBack ? neededYuan(message, 'refunded_fee') : (yuan(message, 'refunded_fee') ?? 0),
    at: timeOf(message, push),
    status,
    reason: message.text('refund_reason_desc') ?? message.text('refund_reason'),
  });
  return partOf(message, push.shop, orderIdOf(message, push), { refund });
}

function refundStatusOf(message: Fields, type: string): RefundStatus {
  if (/Closed|Refuse/.test(type)) return 'refused';
  const isLast = type === 'trade_refund_RefundSellerAgree' && message.text('refund_type') === 'REFUND_ONLY';
  return isLast || /(RefundSuccess|SysRefund)$/.test(type) ? 'success' : 'requested';
}

const genders = new Map([
  ['1', 'male'],
  ['2', 'female'],
]);

/** A customer made or changed, or one who has closed the account and is to be forgotten. */
export function readCustomer(message: Fields, push: Push): Reading {
  const { id, phone } = accountOf(message);
  const buyer = buyerWith(buyerOf(message).id ?? id, message.text('mobile') ?? phone);
  if (isTrue(message, 'is_log_off')) {
    if (Object.keys(buyer).length > 0) return { type: 'erasure', buyer, orders: [] };
    return { type: 'privacy_request', what: 'Youzan account closed (is_log_off)' };
  }
  const birthday = message.text('birthday')?.slice(0, 10) ?? '';
  const stated = {
    name: message.text('name'),
    gender: genders.get(message.text('gender') ?? ''),
    birthday: parseDay(birthday) === undefined ? undefined : birthday,
    phone: buyer.phone,
  };
  const statements = stampAll(stated, message.needed('version', push.sentAt, 0));
  if (Object.keys(buyer).length === 0) return { type: 'ignored', why: 'it names no customer' };
  return message.invalid ?? { type: 'customer', buyer, statements };
}

function accountOf(message: Fields): { readonly id?: string | undefined; readonly phone?: string | undefined } {
  const account = message.id('account_id');
  const kind = message.text('account_type') ?? '';
  if (/^mobile$/i.test(kind)) return { phone: account };
  if (/^fans/i.test(kind) && account !== undefined) return { id: `fans:${account}` };
  return { id: /^(YouZanAccount|YzOpenId)$/i.test(kind) ? account : undefined };
}
