import type { Instant } from '../../domain/calendar.ts';
import type { OrderDescription, OrderItem, Refund, RefundStatus } from '../../domain/orders/order.ts';
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
import type { BuyerIdentities, Reading, ShopContext } from './platform.ts';
import { defined, type Fields } from './reading-fields.ts';
import { entriesOf } from './taobao-content.ts';

/** A trade as TOP tells it, whole. */
export function readTrade(trade: Fields, shop: ShopContext): Reading {
  const [total, shipping] = [neededYuan(trade, 'payment'), yuan(trade, 'post_fee')];
  const entries = entriesOf(trade, 'orders');
  const course = courseOf(trade, entries);
  const known = Object.values(course.milestones).map((time) => time ?? 0);
  const at = clock(trade, 'modified') ?? Math.max(...known);
  const isLine = entries.length === 0 && trade.has('num_iid') && trade.has('num');
  const lines = (isLine ? [trade] : entries).map((line) => lineOf(line, total, shipping));
  const parcel = lines.find(({ fields }) => fields.has('invoice_no'))?.fields;
  return wholeOf(trade, shop, {
    ...course,
    id: tradeIdOf(trade),
    at,
    total,
    goods: yuan(trade, 'total_fee'),
    shipping,
    buyer: buyerOf(trade),
    nick: nickOf(trade),
    region: {
      country: trade.text('receiver_country'),
      province: trade.text('receiver_state'),
      // Of a county that is the province's own the city is empty.
      city: trade.text('receiver_city') ?? trade.text('receiver_district'),
    },
    refunds: lines.flatMap((line) => refundOf(line, at) ?? []),
    more: {
      items: lines.map(({ item }) => item),
      paymentMethod: isCashOnDelivery(trade) ? 'cod' : undefined,
      promotions: textsOf(entriesOf(trade, 'promotion_details'), 'promotion_name'),
      carrier: parcel && defined({ name: parcel.text('logistics_company'), number: parcel.text('invoice_no') }),
      channel: trade.text('trade_from'),
    },
  });
}

/** `tid` is a number beyond 2^53, which not everybody who forwards it writes as it was. */
export function tradeIdOf(fields: Fields): string {
  return neededId(fields, 'tid', 'tid_str');
}

const unpaid = /^(TRADE_NO_CREATE_PAY|WAIT_BUYER_PAY|PAY_PENDING|WAIT_PRE_AUTH_CONFIRM|TRADE_CLOSED_BY_TAOBAO)$/;
const paidFor =
  /^(WAIT_SELLER_SEND_GOODS|SELLER_CONSIGNED_PART|WAIT_BUYER_CONFIRM_GOODS|TRADE_BUYER_SIGNED|TRADE_FINISHED|PAID_FORBID_CONSIGN)$/;

/**
 * Where the trade stands. `end_time` is that of success or of closing; a signature has no time but the one the trade was
 * changed at. TRADE_CLOSED, of it or of all its lines, is closed after payment, unless there was none to be had yet.
 */
function courseOf(trade: Fields, lines: readonly Fields[]): Course {
  const status = statusWord(trade);
  const createdAt = trade.needed('created', clock(trade, 'created'), 0);
  const modified = clock(trade, 'modified');
  const endTime = clock(trade, 'end_time') ?? modified;
  const shippedAt = clock(trade, 'consign_time');
  const deliveredAt = status === 'TRADE_BUYER_SIGNED' ? modified : undefined;
  const completedAt = status === 'TRADE_FINISHED' ? endTime : undefined;
  const areClosed = lines.length > 0 && lines.every((line) => line.text('status') === 'TRADE_CLOSED');
  const isClosed = areClosed || /^TRADE_CLOSED/.test(status);
  const cancelledAt = isClosed ? (endTime ?? createdAt) : undefined;
  const paidAt = paidAtOf(trade, status, completedAt ?? deliveredAt ?? shippedAt ?? modified);
  const isToCome = isBalanceToCome(trade) || isCashOnDelivery(trade);
  return {
    milestones: { createdAt, paidAt, shippedAt, deliveredAt, completedAt, cancelledAt },
    awaits: paidAt === undefined && !isClosed ? awaitedOf(trade, status) : undefined,
    isVoid: (areClosed || status === 'TRADE_CLOSED') && !isToCome,
  };
}

/**
 * When it was paid, by status and `pay_time` and never by `payment`, which stays above zero on what was never paid. A
 * deposit is no payment; cash on delivery, whose `pay_time` is that of the parcel, is paid once it is signed for.
 */
function paidAtOf(trade: Fields, status: string, doneAt: Instant | undefined): Instant | undefined {
  const payTime = clock(trade, 'pay_time');
  const type = trade.text('type') ?? '';
  if (unpaid.test(status) || isBalanceToCome(trade)) return undefined;
  if (isCashOnDelivery(trade)) return /^TRADE_(BUYER_SIGNED|FINISHED)$/.test(status) ? doneAt : undefined;
  const isPaid = paidFor.test(status) || isBalancePaid(trade);
  if (payTime !== undefined) return isPaid || !/^(step|pre_auth_type)$/.test(type) ? payTime : undefined;
  return status === 'TRADE_FINISHED' || (isPaid && paysUpFront.test(type)) ? doneAt : undefined;
}

/** Types of trade in which nothing is sent before it is paid. */
const paysUpFront = /^(fixed|auction|guarantee_trade|auto_delivery)$/;

function isBalanceToCome(trade: Fields): boolean {
  return /FINAL_NOPAID$/.test(trade.text('step_trade_status') ?? '');
}

function isBalancePaid(trade: Fields): boolean {
  return trade.text('step_trade_status') === 'FRONT_PAID_FINAL_PAID';
}

/** By its type, or by its parcel: every trade has a `cod_status`, only those to be collected move on. */
export function isCashOnDelivery(trade: Fields): boolean {
  return trade.text('type') === 'cod' || (trade.text('cod_status') ?? 'NEW_CREATED') !== 'NEW_CREATED';
}

function awaitedOf(trade: Fields, status: string): OrderDescription['awaits'] {
  if (trade.text('step_trade_status') === 'FRONT_PAID_FINAL_NOPAID') return 'balance';
  if (/^(PAY_PENDING|WAIT_PRE_AUTH_CONFIRM)$/.test(status)) return 'capture';
  return isCashOnDelivery(trade) ? 'collection' : undefined;
}

interface TradeLine {
  readonly fields: Fields;
  readonly item: OrderItem;
  /** What was paid for all its pieces. */
  readonly share: number;
}

/**
 * `divide_order_fee` is the share after all discounts. Without it `payment` of the line, which has the postage in it where
 * the line is the trade's only one.
 */
function lineOf(fields: Fields, total: number, postage = 0): TradeLine {
  const productId = neededId(fields, 'num_iid');
  const quantity = fields.needed('num', fields.quantity('num'), 0);
  const payment = yuan(fields, 'payment');
  const goods = payment === total ? Math.max(0, total - postage) : payment;
  const paid = yuan(fields, 'divide_order_fee') ?? goods ?? yuan(fields, 'total_fee');
  const isGift = isTrue(fields, 'is_gift') || isTrue(fields, 'is_free_gift');
  const share = isGift ? 0 : (paid ?? (yuan(fields, 'price') ?? 0) * quantity);
  const item = defined({
    productId,
    sku: firstId(fields, 'outer_sku_id', 'outer_iid', 'sku_id'),
    title: fields.text('title') ?? productId,
    category: fields.id('cid'),
    quantity,
    price: priceOfOne(share, quantity),
  });
  return { fields, item, share };
}

/** TOP's words; those in between, and any new one, are on the way. */
export function refundStatusOf(word: string | undefined): RefundStatus {
  if (word === 'SUCCESS') return 'success';
  return word === 'CLOSED' || word === 'SELLER_REFUSE_BUYER' ? 'refused' : 'requested';
}

/** A line tells that it was refunded and not how much: its share stands in until the refund's own message comes. */
function refundOf({ fields, item, share }: TradeLine, at: Instant): Refund | undefined {
  const word = fields.text('refund_status') ?? 'NO_REFUND';
  if (word === 'NO_REFUND') return undefined;
  const { productId, quantity } = item;
  return {
    id: fields.id('refund_id') ?? `line:${firstId(fields, 'oid_str', 'oid') ?? productId}`,
    amount: share,
    at: clock(fields, 'end_time') ?? at,
    status: refundStatusOf(word),
    items: [{ productId, quantity, amount: share }],
  };
}

/** Masked, as most now are, it is nobody's. */
function nickOf(fields: Fields): string | undefined {
  const nick = fields.text('buyer_nick');
  return nick?.includes('*') ? undefined : nick;
}

/**
 * The open id, which is for good within an application; the nick only in old data, where it is not masked. A phone is the
 * buyer's only where a field says so, in the clear, and no private number that expires.
 */
export function buyerOf(fields: Fields): BuyerIdentities {
  const id = firstId(fields, 'buyer_open_uid', 'ouid') ?? nickOf(fields);
  const isPrivate = isTrue(fields, 'privacy_protection');
  return buyerWith(id, isPrivate ? undefined : fields.text('buyer_mobile'), fields.text('buyer_email'));
}
