import type { MilestoneName, RefundStatus } from '../../domain/orders/order.ts';
import { clock, neededId, neededYuan } from './chinese-fields.ts';
import { partOf } from './chinese-orders.ts';
import type { Reading, ShopContext } from './platform.ts';
import { defined, type Fields } from './reading-fields.ts';
import type { Content } from './taobao-content.ts';
import { buyerOf, isCashOnDelivery, refundStatusOf, tradeIdOf } from './taobao-trade.ts';

/** A message, and what was said of it outside it. */
interface Message extends Content {
  readonly shop: ShopContext;
}

/** Of AGISO by `aopic`: 1 placed, 2 and 2097152 paid, 2048 and 1048576 sent; of TMC by topic. Success means paid, too. */
const steps = new Map<string, readonly MilestoneName[]>([
  ['1', ['createdAt']],
  ['2', ['paidAt']],
  ['2048', ['shippedAt']],
  ['1048576', ['shippedAt']],
  ['2097152', ['paidAt']],
  ['TradeCreate', ['createdAt']],
  ['TradeBuyerPay', ['paidAt']],
  ['TradeSellerShip', ['shippedAt']],
  ['TradeSuccess', ['completedAt', 'paidAt']],
  ['TradeClose', ['cancelledAt']],
]);

/** Milestones a short message stands for; undefined: none, or no such message. */
export function stepsOf({ topic }: Content): readonly MilestoneName[] | undefined {
  return steps.get(topic?.replace(/^taobao_trade_/, '') ?? '');
}

/** A message of one step: the trade's number and buyer. It happened when it was sent, or before. */
export function readStep(message: Fields, names: readonly MilestoneName[], { shop, sentAt }: Message): Reading {
  const at = message.needed('timestamp', clock(message, 'modified') ?? sentAt, 0);
  const isUnpaid = names[0] === 'paidAt' && isCashOnDelivery(message);
  const milestones = isUnpaid ? {} : Object.fromEntries(names.map((name) => [name, at]));
  return partOf(message, shop, tradeIdOf(message), { milestones, buyer: buyerOf(message) });
}

/** A refund's own message, with its exact amount. Which state it tells is in its topic, if anywhere. */
export function readRefund(message: Fields, { shop, topic, sentAt }: Message): Reading {
  const amount = neededYuan(message, 'refund_fee');
  const product = message.id('num_iid');
  const quantity = message.quantity('num') ?? 0;
  const refund = defined({
    id: neededId(message, 'refund_id'),
    amount,
    at: message.needed('modified', clock(message, 'modified') ?? sentAt, 0),
    status: stateOf(topic) ?? refundStatusOf(message.text('status')),
    reason: message.text('reason'),
    items: product === undefined ? undefined : [{ productId: product, quantity, amount }],
  });
  return partOf(message, shop, tradeIdOf(message), { refund, buyer: buyerOf(message) });
}

/** AGISO's 32768 is a refund withdrawn, its 256 one asked for. */
function stateOf(topic = ''): RefundStatus | undefined {
  if (/RefundSuccess$/.test(topic)) return 'success';
  if (/^32768$|Refund(Closed|SellerRefuse)/.test(topic)) return 'refused';
  return /^256$|_Refund/.test(topic) ? 'requested' : undefined;
}
