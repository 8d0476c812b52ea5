import { describe, expect, test } from 'vitest';
import { platforms } from '../../../shared/contracts/platforms/platforms.ts';
import { youzan } from '../../../shared/contracts/platforms/youzan.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';
import { orderIn } from '../../support/read-orders.ts';
import {
  inFormStyle,
  inTradeStyle,
  md5,
  paid,
  readYouzan,
  shopOfYouzan,
  youzanOrderId,
  youzanPush,
  youzanRequest,
  youzanSecret,
  youzanTrade,
} from '../../support/youzan-payloads.ts';

const beijing = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);
const wrong = (field: string, message: string) => ({ type: 'invalid', errors: [{ field, message }] });
const push = youzanPush('trade_TradeCreate', youzanTrade());

describe('the secret', () => {
  test('is the platform’s, an application’s id and secret', () => {
    expect(platforms.youzan).toBe(youzan);
    expect(youzan.secretMadeBy).toBe('platform');
    expect(youzan.checkSecret(youzanSecret)).toBeUndefined();
  });
  test.each(['', 's3cret', ':s3cret', 'c63054ee1979253abd:', 'a b:c', 'a:b:c'])('%j is none', (secret) => {
    expect(youzan.checkSecret(secret)).toBe('is not client_id:client_secret of the application');
    expect(youzan.verify(youzanRequest(push), [secret], 0).ok).toBe(false);
  });
});

describe('Event-Sign', () => {
  /** cuncle/YouzanyunPush, README.md. */
  const vector = { sign: '4a553ae0b22d6ab013ec53ee291d688b', body: Buffer.from('{"test":1}'), secret: '1:2' };
  const signed = (sign: string) => youzanRequest(vector.body, { 'event-sign': sign });

  test('the published vector', () => {
    expect(youzan.verify(signed(vector.sign), [vector.secret], 0)).toEqual({ ok: true });
  });
  test('of either of two secrets, while one gives way to the other', () => {
    expect(youzan.verify(youzanRequest(push), ['other:one', youzanSecret], 0).ok).toBe(true);
    expect(youzan.verify(youzanRequest(push), [youzanSecret, 'other:one'], 0).ok).toBe(true);
    expect(youzan.verify(youzanRequest(push), ['other:one', 'another:one'], 0).ok).toBe(false);
  });
  test.each([
    ['another secret', signed(vector.sign), '1:3'],
    ['a byte changed', youzanRequest(Buffer.from('{"test":2}'), { 'event-sign': vector.sign }), vector.secret],
    ['a sign cut short', signed(vector.sign.slice(1)), vector.secret],
    ['an empty sign', signed(''), vector.secret],
  ])('not with %s', (_name, request, secret) => expect(youzan.verify(request, [secret], 0).ok).toBe(false));

  test('not where the body names another application', () => {
    const bytes = Buffer.from(JSON.stringify({ ...push, client_id: 'another' }));
    const [id = '', secret = ''] = youzanSecret.split(':');
    const request = youzanRequest(bytes, { 'event-sign': md5(id, bytes, secret) });
    expect(youzan.verify(request, [youzanSecret], 0)).toEqual({
      ok: false,
      reason: 'event-sign does not match body and client_id',
    });
  });
});

describe('the body’s own sign', () => {
  /** MD5 of `1`, the message and `2`. */
  const inBody = { client_id: '1', msg: '%7B%22tid%22:%22E1%22%7D', sign: '7b1d5537e6f667adc7039feaef95bd63' };
  const verify = (body: object, headers = {}) => youzan.verify(youzanRequest(body, headers), ['1:2'], 0).ok;

  test('counts where the header is missing', () => {
    expect(verify(inBody)).toBe(true);
    expect(verify({ ...inBody, msg: '%7B%22tid%22:%22E2%22%7D' })).toBe(false);
    expect(verify({ ...inBody, client_id: undefined })).toBe(false);
    expect(verify({ ...inBody, client_id: '2' })).toBe(false);
    expect(verify({ ...inBody, sign: undefined })).toBe(false);
  });
  test('does not save a wrong header', () => {
    expect(verify(inBody, { 'event-sign': 'a'.repeat(32) })).toBe(false);
    expect(verify(inBody, { 'event-sign': '8107e0e3b2948d282541433c60601f70' })).toBe(false);
  });
});

test('whatever became of it, the answer is 200 with the word success', () => {
  const outcomes = [{ type: 'recorded' }, { type: 'not_json' }, { type: 'invalid', errors: [] }] as const;
  for (const outcome of outcomes) {
    expect(youzan.answer(outcome)).toEqual({
      status: 200,
      contentType: 'application/json',
      body: '{"code":0,"msg":"success"}',
    });
  }
});

test('an event is known by msg_id, an older one by type, shop, id and version', () => {
  const idOf = (body: unknown) => youzan.eventId(youzanRequest(body));
  expect(idOf(push)).toBe('fdd814f9-8c04-4e72-afef-1b595af58676');
  expect(idOf({ ...push, msg_id: undefined })).toBe(`trade_TradeCreate,40151071,${youzanOrderId},1795227301`);
  expect(idOf(Buffer.from('no json'))).toBeUndefined();
});

describe('the message', () => {
  const message = youzanTrade({ buyer_info: { yz_open_id: 'a+b c@example.com' } });
  const buyerIn = (msg: unknown) => {
    const reading = readYouzan('trade_TradeCreate', msg);
    return reading.type === 'order' ? reading.order.description?.value.buyer : reading;
  };
  const buyer = { id: 'a+b c@example.com', phone: '+8613800138000', name: '小+明' };

  test.each([
    ['with blanks as %20 and plus signs bare', inTradeStyle(message)],
    ['as a form', inFormStyle(message)],
    ['encoded in full', encodeURIComponent(JSON.stringify(message))],
    ['not encoded', JSON.stringify(message)],
    ['as an object', message],
  ])('%s', (_name, msg) => expect(buyerIn(msg)).toEqual(buyer));

  test('of a customer comes as a form', () => {
    const form =
      '%7B%22account_id%22%3A%2213%2B8%22%2C%22account_type%22%3A%22YouZanAccount%22%2C%22name%22%3A%22Li+Lei%22%7D';
    expect(readYouzan('SCRM_CUSTOMER_EVENT', form)).toMatchObject({
      buyer: { id: '13+8' },
      statements: { name: { value: 'Li Lei' } },
    });
  });

  test.each([
    ['%7B%22tid%22', 'is not URL-encoded JSON'],
    ['%zz', 'is not URL-encoded JSON'],
    ['%E6%B5', 'is not URL-encoded JSON'],
    ['[1]', 'is not an object'],
    [undefined, 'is needed'],
    [[1], 'is not an object'],
  ])('%j is none', (msg, message) => {
    expect(youzan.read(youzanRequest({ ...push, msg }), shopOfYouzan)).toEqual(wrong('msg', message));
  });

  test('a body that is no push', () => {
    const read = (body: unknown) => youzan.read(youzanRequest(body), shopOfYouzan);
    expect(read(Buffer.from('{'))).toEqual({ type: 'not_json' });
    expect(read([])).toMatchObject({ type: 'invalid', errors: [{ field: '', message: 'is not a JSON object' }, {}] });
    expect(read({ client_id: '1' })).toEqual(wrong('type', 'is needed'));
  });
});

describe('an order', () => {
  const read = (sections?: Parameters<typeof youzanTrade>[0], more?: object) =>
    orderIn(readYouzan('trade_TradePaid', youzanTrade(sections, { ...more })));

  test('in all its fields', () => {
    const reading = readYouzan('trade_TradeBuyerPay', youzanTrade({ order_info: paid }));
    const at = beijing('2026-11-20 10:20:00');
    expect(reading).toEqual({
      type: 'order',
      buyer: { id: '695120984', phone: '+8613800138000' },
      order: {
        shop: 'north',
        id: youzanOrderId,
        milestones: { createdAt: beijing('2026-11-20 10:15:00'), paidAt: at },
        refunds: [],
        tracking: [],
        identities: [],
        statedAt: beijing('2026-11-20 10:15:00'),
        description: {
          at,
          value: {
            currency: 'CNY',
            total: 6600,
            discount: 500,
            shipping: 600,
            paymentMethod: 'WXPAY_DAIXIAO',
            items: [
              { productId: '410480150', sku: 'MUG-1', title: '马克杯', quantity: 2, price: 3000 },
              { productId: '99', title: '勺子', quantity: 1, price: 0 },
            ],
            coupons: ['771'],
            promotions: ['满减券'],
            buyer: { id: '695120984', phone: '+8613800138000', name: '小+明' },
            address: { province: '四川省', city: '成都市' },
            channel: 'wx',
            source: 'direct_buy',
          },
        },
        statements: {
          province: { value: '四川省', at },
          city: { value: '成都市', at },
          phone: { value: '+8613800138000', at },
        },
      },
    });
    expect(purchaseOf(orderIn(reading), shopOfYouzan.timezone)).toMatchObject({ amount: 6600, items: 3 });
  });

  const milestonesOf = (order_info: object, pay_info: object = {}, more: object = {}) => {
    const order = read({ order_info: { ...order_info }, pay_info: { ...pay_info } }, more);
    return { ...order.milestones, awaits: order.description?.value.awaits };
  };
  const createdAt = beijing('2026-11-20 10:15:00');
  const paidAt = beijing(paid.pay_time);

  test.each([
    'TRADE_PAID',
    'PAID',
    'WAIT_CONFIRM',
    'WAIT_SELLER_SEND_GOODS',
    'WAIT_BUYER_CONFIRM_GOODS',
    'NEVER_HEARD_OF',
  ])('is paid by its pay_time when it is %s', (status) =>
    expect(milestonesOf({ ...paid, status })).toEqual({ createdAt, paidAt, awaits: undefined }),
  );
  test.each(['WAIT_BUYER_PAY', 'TRADE_PAID', 'NEVER_HEARD_OF'])('is not paid without one when it is %s', (status) => {
    expect(milestonesOf({ status })).toEqual({ createdAt, awaits: undefined });
  });

  const deposit = { real_price: '10.00', phase: 1, pay_time: paid.pay_time, outer_transaction_no: '42000' };
  const balance = { real_price: '56.00', phase: 2, pay_time: '', outer_transaction_no: '' };
  const ofPresale = { orders: [{ item_id: 1, num: 1, title: '预售', payment: '66.00', pre_sale_type: '1' }] };

  test.each([
    ['while the balance is to come', 'WAIT_BUYER_PAY', [deposit, balance], {}],
    ['in the moment between', 'TRADE_PAID', [deposit, balance], {}],
    ['where its line alone tells', 'TRADE_PAID', [], ofPresale],
    ['where only the deposit is listed', 'PAID', [deposit], {}],
  ])('a deposit is not paid %s', (_name, status, phase_payments, more) => {
    expect(milestonesOf({ ...paid, status }, { phase_payments }, more)).toEqual({ createdAt, awaits: 'balance' });
  });
  test('a deposit is paid with its balance', () => {
    const phase_payments = [deposit, { ...balance, pay_time: '2026-11-25 08:00:00' }];
    expect(milestonesOf(paid, { phase_payments }, ofPresale)).toEqual({
      createdAt,
      paidAt: beijing('2026-11-25 08:00:00'),
      awaits: undefined,
    });
  });
  test('a pre-sale paid in full is paid', () => {
    const orders = [{ ...ofPresale.orders[0], is_pre_sale: '1', pre_sale_type: '0' }];
    expect(milestonesOf({ ...paid, status: 'TRADE_PAID' }, {}, { orders }).paidAt).toBe(paidAt);
  });

  test.each([{ pay_type: 9 }, { pay_type_str: 'CODPAY' }])('to be paid on delivery, %j', (way) => {
    const update_time = '2026-11-24 18:00:00';
    const sent = { ...paid, ...way, consign_time: '2026-11-21 09:00:00', update_time };
    const shippedAt = beijing(sent.consign_time);
    expect(milestonesOf({ ...sent, status: 'WAIT_BUYER_CONFIRM_GOODS' })).toEqual({
      createdAt,
      shippedAt,
      awaits: 'collection',
    });
    const doneAt = beijing(update_time);
    expect(milestonesOf({ ...sent, status: 'TRADE_SUCCESS' })).toMatchObject({ completedAt: doneAt, paidAt: doneAt });
    expect(milestonesOf({ ...sent, status: 'TRADE_BUYER_SIGNED' })).toMatchObject({
      deliveredAt: doneAt,
      paidAt: doneAt,
    });
  });
  test('to be paid by transfer', () => {
    expect(milestonesOf({ pay_type: 206, pay_type_str: 'TRANSFER_TO_PUBLIC' }).awaits).toBe('transfer');
  });
  test('its group has filled up: that confirms no receipt', () => {
    expect(milestonesOf({ ...paid, confirm_time: '2026-11-20 11:00:00' })).toEqual({
      createdAt,
      paidAt,
      awaits: undefined,
    });
  });
  test('done', () => {
    const success_time = '2026-11-28 12:00:00';
    expect(milestonesOf({ ...paid, status: 'TRADE_SUCCESS', success_time }).completedAt).toBe(beijing(success_time));
  });

  test('closed unpaid is cancelled, closed after payment refunded in full', () => {
    const closed = { status: 'TRADE_CLOSED', close_type: 1, update_time: '2026-11-21 10:15:00' };
    expect(statusOf(read({ order_info: closed }))).toBe('cancelled');
    const order = read({ order_info: { ...paid, ...closed, close_type: 2 } });
    expect(statusOf(order)).toBe('refunded');
    expect(order.refunds.map(({ value }) => value)).toMatchObject([{ id: 'closed', amount: 6600, status: 'success' }]);
  });

  test('with refunds of its own', () => {
    const refund_order = [
      { refund_id: '20261122', refund_fee: '20.00', refund_state: 60, oids: ['1467324204620719891'] },
      { refund_id: '20261123', refund_fee: '5.5', refund_state: 1 },
      { refund_id: '20261124', refund_fee: '7.00', refund_state: 10 },
    ];
    const reading = readYouzan('trade_TradeSuccess', { ...youzanTrade({ order_info: paid }), refund_order });
    const order = orderIn(reading);
    expect(order.refunds.map(({ value }) => [value.id, value.amount, value.status])).toEqual([
      ['20261122', 2000, 'success'],
      ['20261123', 550, 'requested'],
      ['20261124', 700, 'refused'],
    ]);
    expect(purchaseOf(order, 'UTC')?.amount).toBe(4600);
  });

  const buyerIn = (buyer_info: object) => read({ buyer_info: { ...buyer_info } }).description?.value.buyer;

  test('its buyer is the open id, else the account, else the fan', () => {
    expect(buyerIn({ yz_open_id: 'fmYKJi5S' })?.id).toBe('fmYKJi5S');
    expect(buyerIn({})?.id).toBe('695120984');
    expect(buyerIn({ buyer_id: 0 })?.id).toBe('fans:4851134360');
    expect(buyerIn({ buyer_id: '0', fans_id: 0 })?.id).toBe('oX1');
    expect(buyerIn({ buyer_id: 0, fans_id: 0, outer_user_id: '' })?.id).toBeUndefined();
  });
  test.each(['$8yxXFpv13800138000$1$', 'MTM4MDAxMzgwMDA=', '138****8000', '18877771111-123', '', 'null'])(
    'a phone %j is nobody’s',
    (buyer_phone) => expect(buyerIn({ buyer_phone })?.phone).toBeUndefined(),
  );
  test('who receives it is not its buyer', () => {
    const order = readYouzan('trade_TradeCreate', youzanTrade({ buyer_info: { buyer_phone: '' } }));
    expect(order).toMatchObject({ buyer: { id: '695120984' } });
    expect(JSON.stringify(order)).not.toMatch(/13900139000|张三/);
  });
  test('without buyer, address, promotions or lines', () => {
    const { full_order_info: full } = youzanTrade();
    const { order_info, pay_info } = full as Record<string, object>;
    const order = orderIn(readYouzan('trade_TradeCreate', { full_order_info: { order_info, pay_info } }));
    expect(order.description?.value).toEqual({ currency: 'CNY', total: 6600, discount: 500, shipping: 600, items: [] });
  });

  test.each([
    [{ order_info: { tid: null } }, 'order_info.tid', 'is needed'],
    [{ order_info: { status: 5 } }, 'order_info.status', 'is not a status'],
    [{ order_info: { created: '' } }, 'order_info.created', 'is needed'],
    [{ order_info: { pay_time: 'soon' } }, 'order_info.pay_time', 'is not a time, such as 2026-11-23T19:00:00Z'],
    [{ pay_info: { payment: 'much' } }, 'pay_info.payment', 'is not an amount, such as "123.45"'],
    [{ pay_info: { payment: undefined } }, 'pay_info.payment', 'is needed'],
    [{ pay_info: { payment: -1 } }, 'pay_info.payment', 'is below zero'],
  ])('wrong in %j', (sections, field, message) => {
    expect(readYouzan('trade_TradePaid', youzanTrade(sections))).toEqual(
      wrong(`msg.full_order_info.${field}`, message),
    );
  });
  test('wrong in a line', () => {
    const orders = [
      { item_id: 1, num: 1, payment: '1.00' },
      { item_id: { a: 1 }, num: 'two' },
    ];
    expect(readYouzan('trade_TradePaid', youzanTrade({}, { orders }))).toEqual({
      type: 'invalid',
      errors: [
        { field: 'msg.full_order_info.orders[1].item_id', message: 'is not text' },
        { field: 'msg.full_order_info.orders[1].num', message: 'is not a quantity' },
      ],
    });
  });
});

describe('a part of an order', () => {
  const update_time = '2026-11-22 08:30:00';
  const at = beijing(update_time);
  const tid = youzanOrderId;
  const part = { shop: 'north', id: tid, refunds: [], tracking: [], identities: [], statements: {}, statedAt: 0 };

  test.each([
    ['trade_TradeClose', { close_type: 1, close_reason: 'NONE' }, { cancelledAt: at }],
    ['trade_TradeSellerShip', {}, { shippedAt: at }],
    ['trade_TradeSuccess', {}, { completedAt: at, paidAt: at }],
    ['TRADE_ORDER_STATE', { status: 'WAIT_BUYER_PAY' }, { createdAt: at }],
    ['TRADE_ORDER_STATE', { status: 'WAIT_SELLER_SEND_GOODS', pay_type: 'WEIXIN' }, { paidAt: at }],
    ['TRADE_ORDER_STATE', { status: 'WAIT_BUYER_CONFIRM_GOODS' }, { shippedAt: at }],
    ['TRADE_ORDER_STATE', { status: 'TRADE_BUYER_SIGNED' }, { deliveredAt: at, paidAt: at }],
    ['TRADE_ORDER_STATE', { status: 'TRADE_SUCCESS' }, { completedAt: at, paidAt: at }],
    ['TRADE_ORDER_STATE', { status: 'TRADE_CLOSED' }, { cancelledAt: at }],
  ])('%s %j', (type, message, milestones) => {
    const reading = readYouzan(type, { tid, update_time, ...message });
    expect(reading).toEqual({ type: 'order', buyer: {}, order: { ...part, milestones } });
  });

  test('without a time of its own has the push’s, in seconds or milliseconds', () => {
    for (const version of [1795307400, 1795307400000, '1795307400']) {
      const reading = readYouzan('trade_TradeSellerShip', { tid }, { version });
      expect(orderIn(reading).milestones).toEqual({ shippedAt: 1795307400000 });
    }
    expect(readYouzan('trade_TradeSellerShip', { tid }, { version: null })).toEqual(
      wrong('msg.update_time', 'is needed'),
    );
  });
  test('without a number has the push’s', () => {
    expect(orderIn(readYouzan('trade_TradeSuccess', { update_time })).id).toBe(tid);
    expect(readYouzan('trade_TradeSuccess', { update_time }, { id: '' })).toEqual(wrong('msg.tid', 'is needed'));
  });

  test.each([
    ['trade_TradePartlySellerShip', {}],
    ['trade_TradeMemoModified', {}],
    ['TRADE_ORDER_STATE', { status: 'WAIT_SELLER_SEND_GOODS', pay_type: 'CODPAY' }],
    ['TRADE_ORDER_STATE', { status: 'constructor' }],
  ])('%s %j is no milestone', (type, message) => {
    expect(readYouzan(type, { tid, update_time, ...message })).toMatchObject({ type: 'ignored' });
  });
});

describe('a refund', () => {
  const update_time = '2026-11-23 09:00:00';
  const message = { tid: youzanOrderId, update_time, refund_id: '201907042058500000031002', refunded_fee: '20.10' };

  test.each([
    ['trade_refund_BuyerCreated', {}, 'requested'],
    ['trade_refund_RefundSellerAgree', { refund_type: 'REFUND_AND_RETURN' }, 'requested'],
    ['trade_refund_RefundSellerAgreeReturnGoods', { refund_type: 'REFUND_AND_RETURN' }, 'requested'],
    ['trade_refund_RefundSellerAgree', {}, 'requested'],
    ['trade_refund_RefundSellerAgree', { refund_type: 'REFUND_ONLY' }, 'success'],
    ['trade_refund_RefundSuccess', {}, 'success'],
    ['trade_refund_SysRefund', {}, 'success'],
    ['trade_refund_RefundClosed', {}, 'refused'],
    ['trade_refund_RefundSellerRefuse', {}, 'refused'],
    ['youzan_trade_RefundCreated', { refund_type: 'REFUND_ONLY' }, 'requested'],
    ['youzan_trade_RefundSellerAgree', { refund_type: 'REFUND_ONLY' }, 'requested'],
    ['youzan_trade_RefundSuccess', {}, 'success'],
    ['youzan_trade_RefundClosed', {}, 'refused'],
  ])('%s %j is %3$s', (type, more, status) => {
    const order = orderIn(readYouzan(type, { ...message, ...more }));
    expect(order).toMatchObject({ id: youzanOrderId, milestones: {}, statedAt: 0 });
    expect(order.description).toBeUndefined();
    const value = { id: message.refund_id, amount: 2010, at: beijing(update_time), status };
    expect(order.refunds.map((refund) => refund.value)).toEqual([value]);
  });

  test('has the time of its version where it says no other', () => {
    const order = orderIn(
      readYouzan('youzan_trade_RefundSuccess', { ...message, update_time: undefined, version: 1795307400123 }),
    );
    expect(order.refunds[0]?.value.at).toBe(1795307400123);
  });
  test('is wrong without its id, and its success without its amount', () => {
    const read = (type: string, more: object) => readYouzan(type, { ...message, ...more });
    expect(read('trade_refund_SysRefund', { refund_id: '' })).toEqual(wrong('msg.refund_id', 'is needed'));
    expect(read('trade_refund_RefundSuccess', { refunded_fee: '' })).toEqual(wrong('msg.refunded_fee', 'is needed'));
    expect(orderIn(read('trade_refund_BuyerCreated', { refunded_fee: '' })).refunds[0]?.value.amount).toBe(0);
    const exchange = { refund_type: 'EXCHANGE_GOODS_FLOW', refunded_fee: null };
    expect(orderIn(read('youzan_trade_RefundSuccess', exchange)).refunds[0]?.value.amount).toBe(0);
  });
});

describe('the trade of 2017', () => {
  const trade = {
    tid: youzanOrderId,
    status: 'WAIT_SELLER_SEND_GOODS',
    created: '2017-08-07 18:19:05',
    pay_time: '2017-08-07 18:20:00',
    update_time: '2017-08-07 18:20:00',
    payment: '12.50',
    total_fee: '10.00',
    post_fee: '2.50',
    pay_type: 'WEIXIN',
    buyer_id: '0',
    fans_info: { fans_id: '77', fans_nickname: '阿强', buyer_id: '0' },
    receiver_state: '浙江省',
    receiver_city: '杭州市',
    receiver_mobile: '13900139000',
    orders: [{ oid: '1', num_iid: '2633', title: '茶', num: '1', payment: '10.00', outer_sku_id: '' }],
  };
  test.each([
    ['wrapped', { trade }],
    ['bare', trade],
  ])('%s', (_name, message) => {
    const reading = readYouzan('TRADE', message);
    expect(reading).toMatchObject({ buyer: { id: 'fans:77' } });
    expect(orderIn(reading)).toMatchObject({
      milestones: { createdAt: beijing(trade.created), paidAt: beijing(trade.pay_time) },
      description: {
        value: {
          total: 1250,
          shipping: 250,
          discount: 0,
          paymentMethod: 'WEIXIN',
          items: [{ productId: '2633', title: '茶', quantity: 1, price: 1000 }],
          buyer: { id: 'fans:77', name: '阿强' },
          address: { province: '浙江省', city: '杭州市' },
        },
      },
    });
  });
  test('on delivery', () => {
    expect(orderIn(readYouzan('TRADE', { ...trade, pay_type: 'CODPAY' })).description?.value.awaits).toBe('collection');
  });
});

describe('a customer', () => {
  const message = {
    account_id: '725462007',
    account_type: 'YouZanAccount',
    name: '王芳',
    gender: 2,
    birthday: '1990-02-28 00:00:00',
  };
  const read = (more: object = {}, version: unknown = 1795307400123) =>
    readYouzan('SCRM_CUSTOMER_EVENT', { ...message, ...more }, { version });
  const at = 1795307400123;

  test('is stated at the time of the push', () => {
    expect(read({ mobile: '13800138000' })).toEqual({
      type: 'customer',
      buyer: { id: '725462007', phone: '+8613800138000' },
      statements: {
        name: { value: '王芳', at },
        gender: { value: 'female', at },
        birthday: { value: '1990-02-28', at },
        phone: { value: '+8613800138000', at },
      },
    });
  });
  test('is known by open id, account, phone or fan', () => {
    const buyerIn = (more: object) => ({ buyer: {}, ...read(more) }).buyer;
    expect(buyerIn({ yz_open_id: 'fmYKJi5S' })).toEqual({ id: 'fmYKJi5S' });
    expect(buyerIn({ account_type: 'Mobile', account_id: '13800138000' })).toEqual({ phone: '+8613800138000' });
    expect(buyerIn({ account_type: 'FansID', account_id: '77' })).toEqual({ id: 'fans:77' });
    expect(buyerIn({ mobile: '138****8000' })).toEqual({ id: '725462007' });
  });
  test('who is nobody known, or said nothing', () => {
    expect(read({ account_type: 'Member', account_id: '5' })).toEqual({ type: 'ignored', why: 'it names no customer' });
    expect(read({ name: '', gender: 0, birthday: '1990-02-30' })).toMatchObject({ type: 'customer', statements: {} });
    expect(read({}, null)).toEqual(wrong('msg.version', 'is needed'));
  });
  test.each([true, 1, '1', 'true'])('who has closed the account (%j) is forgotten', (is_log_off) => {
    const reading = read({ is_log_off });
    expect(reading).toMatchObject({ type: 'erasure', buyer: { id: '725462007' }, orders: [] });
    expect(read({ is_log_off, account_type: 'Member', account_id: '5' }).type).toBe('privacy_request');
  });
  test.each([false, 0, '0', ''])('who has not (%j) is a customer', (is_log_off) => {
    expect(read({ is_log_off }).type).toBe('customer');
  });
});

test.each(['POINTS', 'COUPON_PROMOTION', 'ITEM_STATE', 'youzan_item_SkuStockChanged', 'SCRM_CUSTOMER_CARD'])(
  '%s carries nothing that is kept, whatever is in it',
  (type) => expect(readYouzan(type, '%zz')).toMatchObject({ type: 'ignored' }),
);

test('a heartbeat is no order', () => {
  expect(readYouzan('trade_TradeBuyerPay', youzanTrade({ order_info: paid }), { test: true })).toEqual({
    type: 'ignored',
    why: 'a heartbeat',
  });
});
