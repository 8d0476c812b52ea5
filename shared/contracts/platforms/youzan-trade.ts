import type { Instant } from '../../domain/calendar.ts';
import type { AwaitedPayment, OrderItem, Refund, RefundStatus } from '../../domain/orders/order.ts';
import {
  buyerWith,
  clock,
  firstId,
  isTrue,
  neededId,
  neededYuan,
  statusWord,
  textsOf,
  yuan,
} from './chinese-fields.ts';
import { type Course, priceOfOne, wholeOf } from './chinese-orders.ts';
import type { BuyerIdentities, Reading } from './platform.ts';
import type { Fields } from './reading-fields.ts';
import type { Push } from './youzan-push.ts';

/** The sections an order is told in; in the trade of old they are one. */
interface Trade {
  readonly info: Fields;
  readonly pay: Fields;
  readonly lines: readonly Fields[];
  readonly buyer: Fields | undefined;
  readonly address: Fields | undefined;
  readonly source?: Fields | undefined;
  readonly promotions?: readonly Fields[] | undefined;
  readonly refunds?: readonly Fields[];
}

/** An order as `full_order_info` tells it, with its refunds and promotions beside it. */
export function readTrade(message: Fields, push: Push): Reading {
  const full = message.object('full_order_info');
  const info = full?.needed('order_info', full.object('order_info'), undefined);
  const pay = full?.needed('pay_info', full.object('pay_info'), undefined);
  if (!full || !info || !pay) return message.invalid ?? { type: 'not_json' };
  const trade = {
    info,
    pay,
    lines: full.objects('orders'),
    buyer: full.object('buyer_info'),
    address: full.object('address_info'),
    source: full.object('source_info'),
    promotions: message.object('order_promotion')?.objects('order'),
    refunds: message.objects('refund_order'),
  };
  return readingOf(trade, push);
}

/** TRADE, the message of 2017: one flat object. */
export function readLegacyTrade(message: Fields, push: Push): Reading {
  const trade = message.object('trade') ?? message;
  const buyer = trade.object('fans_info') ?? trade;
  return readingOf({ info: trade, pay: trade, lines: trade.objects('orders'), buyer, address: trade }, push);
}

function readingOf(trade: Trade, { shop, sentAt }: Push): Reading {
  const { info, pay, buyer, address, source, promotions = [], refunds = [] } = trade;
  const createdAt = info.needed('created', clock(info, 'created'), 0);
  const at = clock(info, 'update_time') ?? sentAt ?? createdAt;
  const { milestones, ...course } = courseOf(trade, at);
  const from = source?.object('source');
  const way = info.text('pay_type_str') ?? info.text('pay_type');
  return wholeOf(info, shop, {
    ...course,
    milestones: { createdAt, ...milestones },
    id: neededId(info, 'tid'),
    at,
    total: neededYuan(pay, 'payment'),
    goods: yuan(pay, 'total_fee'),
    shipping: yuan(pay, 'post_fee'),
    buyer: buyerOf(buyer),
    nick: buyer?.text('fans_nickname') ?? buyer?.text('buyer_nick'),
    region: {
      province: address?.text('delivery_province') ?? address?.text('receiver_state'),
      city: address?.text('delivery_city') ?? address?.text('receiver_city'),
    },
    refunds: refunds.map((refund) => refundOf(refund, at)),
    more: {
      items: trade.lines.map(itemOf),
      paymentMethod: way !== undefined && /^[A-Z]/.test(way) ? way : undefined,
      coupons: textsOf(promotions, 'coupon_id'),
      promotions: textsOf(promotions, 'promotion_title'),
      channel: from?.text('platform'),
      source: source?.text('biz_source') ?? from?.text('wx_entrance'),
    },
  });
}

const unpaid = /^(WAIT_BUYER_PAY|WAIT_PAY_RETURN|TRADE_NO_CREATE_PAY)$/;
const paidFor = /^(WAIT_(CONFIRM|GROUP|SELLER_SEND_GOODS|BUYER_CONFIRM_GOODS)|TRADE_(BUYER_SIGNED|SUCCESS))$/;
const collected = /^TRADE_(BUYER_SIGNED|SUCCESS)$/;

/**
 * `refund_state` 12 is refunded in full; a status never heard of does not hide a `close_type`. (`confirm_time` is that of a
 * group of buyers that has filled up.)
 */
function courseOf(trade: Trade, at: Instant): Course {
  const { info } = trade;
  const status = statusWord(info);
  const isRefunded = info.text('refund_state') === '12';
  const hasCloseType = (info.text('close_type') ?? '0') !== '0';
  const isClosed = isRefunded || /^TRADE_CLOSED/.test(status) || (hasCloseType && !paidFor.test(status));
  const completedAt = clock(info, 'success_time') ?? (status === 'TRADE_SUCCESS' ? at : undefined);
  const deliveredAt = status === 'TRADE_BUYER_SIGNED' ? (clock(info, 'sign_time') ?? at) : undefined;
  const { awaits, paidAt } = paymentOf(trade, status, completedAt ?? deliveredAt ?? at);
  const shippedAt = clock(info, 'consign_time');
  return {
    milestones: { paidAt, shippedAt, deliveredAt, completedAt, cancelledAt: isClosed ? at : undefined },
    awaits: isClosed ? undefined : awaits,
    isVoid: isClosed && (isRefunded || paidAt !== undefined),
  };
}

/**
 * Whether it is paid, and when: by `pay_time`, but for cash on delivery (when it was handed over) and for a deposit, which
 * is none until the balance is there (DOMAIN 1).
 */
function paymentOf(
  { info, pay, lines }: Trade,
  status: string,
  doneAt: Instant,
): { readonly paidAt?: Instant | undefined; readonly awaits?: AwaitedPayment | undefined } {
  const paidAt = clock(info, 'pay_time');
  const way = `${info.text('pay_type') ?? ''} ${info.text('pay_type_str') ?? ''}`;
  if (/^9 |CODPAY/.test(way)) return collected.test(status) ? { paidAt: doneAt } : { awaits: 'collection' };
  const stages = pay.objects('phase_payments').map(stageOf);
  const isStaged = stages.length > 0 || lines.some((line) => line.text('pre_sale_type') === '1');
  const isBalancePaid = stages.length > 1 && stages.every(({ isPaid }) => isPaid);
  if (unpaid.test(status) || (isStaged && !isBalancePaid && !paidFor.test(status))) {
    const hasDeposit = paidAt !== undefined || stages.some(({ isPaid }) => isPaid);
    return { awaits: hasDeposit ? 'balance' : /^20[46] |TRANSFER/.test(way) ? 'transfer' : undefined };
  }
  const balanceAt = Math.max(...stages.map((stage) => stage.paidAt ?? 0), 0);
  return { paidAt: balanceAt || (paidAt ?? (status === 'TRADE_SUCCESS' ? doneAt : undefined)) };
}

/** A stage of payment: the deposit, or the balance. */
function stageOf(stage: Fields) {
  const paidAt = clock(stage, 'pay_time');
  const isPaid = paidAt !== undefined || stage.has('outer_transaction_no');
  return { paidAt, isPaid };
}

/** `payment` of a line is its share of what was paid, for all its pieces; a gift has none. */
function itemOf(line: Fields): OrderItem {
  const productId = neededId(line, 'item_id', 'num_iid');
  const quantity = line.needed('num', line.quantity('num'), 0);
  const share = yuan(line, 'payment') ?? yuan(line, 'total_fee');
  const price = share === undefined ? (yuan(line, 'price') ?? 0) : priceOfOne(share, quantity);
  const sku = firstId(line, 'outer_sku_id', 'outer_item_id', 'sku_id');
  return {
    productId,
    ...(sku !== undefined && { sku }),
    title: line.text('title') ?? productId,
    quantity,
    price: isTrue(line, 'is_present') ? 0 : price,
  };
}

/**
 * `yz_open_id`, which newer applications get for good; of older ones the Youzan account; a fan of the shop's WeChat account
 * has neither before signing in. Fans are numbered apart from accounts, so their numbers are marked.
 */
export function buyerOf(buyer: Fields | undefined): BuyerIdentities {
  if (!buyer) return {};
  const fan = buyer.id('fans_id');
  const id = firstId(buyer, 'yz_open_id', 'buyer_id') ?? (fan ? `fans:${fan}` : buyer.id('outer_user_id'));
  return buyerWith(id, buyer.text('buyer_phone'));
}

/** 10 and 40 are refused, 50 is withdrawn, 60 is done. */
const refundStates: Readonly<Record<string, RefundStatus>> = {
  10: 'refused',
  40: 'refused',
  50: 'refused',
  60: 'success',
};

function refundOf(refund: Fields, at: Instant): Refund {
  return {
    id: neededId(refund, 'refund_id'),
    amount: neededYuan(refund, 'refund_fee'),
    at: clock(refund, 'update_time') ?? at,
    status: refundStates[refund.quantity('refund_state') ?? 0] ?? 'requested',
  };
}
