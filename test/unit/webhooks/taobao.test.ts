import { describe, expect, test } from 'vitest';
import { taobao } from '../../../shared/contracts/platforms/taobao.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';
import { orderIn } from '../../support/read-orders.ts';
import {
  bought,
  inForm,
  type Json,
  readTaobao,
  shopOfTaobao,
  taobaoTrade,
  tid,
  written,
} from '../../support/taobao-payloads.ts';

const beijing = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);
const wrong = (...errors: (readonly [field: string, message: string])[]) => ({
  type: 'invalid',
  errors: errors.map(([field, message]) => ({ field, message })),
});
const read = (changes?: Json, lines?: readonly Json[]) => orderIn(readTaobao(taobaoTrade(changes, lines)));

describe('a trade', () => {
  test('in all its fields', () => {
    const reading = readTaobao(taobaoTrade(bought));
    const at = beijing(bought.modified);
    expect(reading).toEqual({
      type: 'order',
      buyer: { id: 'AAEL_gqxAAShiml5' },
      order: {
        shop: 'north',
        id: tid,
        milestones: { createdAt: beijing('2026-11-20 10:15:00'), paidAt: at },
        refunds: [],
        tracking: [],
        identities: [],
        statedAt: beijing('2026-11-20 10:15:00'),
        description: {
          at,
          value: {
            currency: 'CNY',
            total: 8000,
            discount: 2000,
            shipping: 1000,
            items: [
              {
                productId: '623451801629',
                sku: 'CUP-W',
                title: '杯子',
                category: '50003449',
                quantity: 2,
                price: 2500,
              },
              { productId: '623451801630', title: '盘子', quantity: 1, price: 2000 },
            ],
            promotions: ['亏本清仓', '满就送'],
            buyer: { id: 'AAEL_gqxAAShiml5' },
            address: { province: '浙江省', city: '杭州市' },
            channel: 'WAP,WAP',
          },
        },
        statements: { province: { value: '浙江省', at }, city: { value: '杭州市', at } },
      },
    });
    expect(purchaseOf(orderIn(reading), shopOfTaobao.timezone)).toMatchObject({ amount: 8000, items: 3 });
  });

  const trade = taobaoTrade(bought);
  const response = { trade_fullinfo_get_response: { trade, request_id: 'x' } };

  test.each([
    ['in the answer of TOP', response],
    ['in a trade', { trade }],
    ['in another answer', { trade_get_response: { trade } }],
    [
      'as a row of the push database',
      { tid, status: 'WAIT_BUYER_PAY', jdp_response: written(response), jdp_modified: '' },
    ],
    ['as text', { content: written(trade) }],
    ['in an envelope', { code: 0, data: { json: written({ trade }) } }],
    ['in a form', inForm({ json: written(response) })],
    ['in a form of another field', inForm({ timestamp: '1', content: written(trade) })],
    ['in a form of a field never heard of', inForm({ a: '1', order_info: written({ trade }) })],
  ])('%s', (_name, body) => {
    const text = typeof body === 'string' ? body : written(body);
    expect(readTaobao(text)).toEqual(readTaobao(trade));
  });

  test('its number survives as text, and as a number beyond 2^53', () => {
    expect(read({ tid_str: undefined }).id).toBe(tid);
    expect(orderIn(readTaobao(JSON.stringify(taobaoTrade({ tid_str: undefined })))).id).toBe(tid);
    expect(read({ tid_str: tid, tid: 1.5e18 }).id).toBe(tid);
    const text = JSON.stringify(taobaoTrade({ tid_str: undefined, buyer_message: 'a,1347456243421196949,b' }));
    expect(orderIn(readTaobao(text.replace(`"tid":"${tid}"`, `"tid":${tid}`))).id).toBe(tid);
  });

  test('in GBK', () => {
    const known = { tid, status: 'WAIT_BUYER_PAY', created: '2026-11-20 10:15:00', payment: '1.00' };
    const [before = '', after = ''] = JSON.stringify({ ...known, receiver_city: 'CITY' }).split('CITY');
    const json = Buffer.concat([Buffer.from(before), Buffer.from('babcd6ddcad0', 'hex'), Buffer.from(after)]);
    const form = `json=${encodeURIComponent(before)}%BA%BC%D6%DD%CA%D0${encodeURIComponent(after)}`;
    for (const [body, type] of [
      [json, 'application/json; charset=GBK'],
      [form, 'application/x-www-form-urlencoded;charset="gb2312"'],
    ] as const) {
      const reading = readTaobao(body, { headers: { 'content-type': type } });
      expect(orderIn(reading).description?.value.address).toEqual({ city: '杭州市' });
    }
  });

  test('of floats, as ERPs copy it', () => {
    const order = read({ ...bought, payment: 80, total_fee: 89.99999999999999, post_fee: 10.1 }, [
      { divide_order_fee: 19.9 },
    ]);
    expect(order.description?.value).toMatchObject({ total: 8000, discount: 2010, shipping: 1010 });
    expect(order.description?.value.items[0]?.price).toBe(995);
  });
  test('of one line: its payment has the postage in it', () => {
    const line = { oid: tid, num_iid: 1, title: 'x', num: 1, payment: '80.00', price: '90.00' };
    expect(read({ orders: { order: line } }).description?.value.items).toEqual([
      { productId: '1', title: 'x', quantity: 1, price: 7000 },
    ]);
  });
  test('whose lines are a list, one alone, none, or left out', () => {
    const line = { num_iid: 5, num: '3', payment: '10.00', title: 'x' };
    const itemsOf = (changes: Json) => read(changes).description?.value.items;
    const items = [{ productId: '5', title: 'x', quantity: 3, price: 333 }];
    for (const orders of [{ order: [line] }, { order: line }, [line], line]) expect(itemsOf({ orders })).toEqual(items);
    for (const orders of [undefined, null, '', {}, { order: null }, { order: [] }, []])
      expect(itemsOf({ orders })).toEqual([]);
    const alone = { orders: null, num_iid: 7, num: 2, title: 'y', payment: '20.00', post_fee: '0.00' };
    expect(itemsOf(alone)).toEqual([{ productId: '7', title: 'y', quantity: 2, price: 1000 }]);
  });
  test('with gifts', () => {
    const order = read({}, [{ is_gift: true }, { is_free_gift: 'true' }]);
    expect(order.description?.value.items.map(({ price }) => price)).toEqual([0, 0]);
  });
  test('with its parcel', () => {
    const order = read(bought, [{}, { logistics_company: '顺丰', invoice_no: 'SF1' }]);
    expect(order.description?.value.carrier).toEqual({ name: '顺丰', number: 'SF1' });
  });
  test('to a county that is the province’s own', () => {
    const { address } = read({ receiver_city: '', receiver_district: '济源市' }).description?.value ?? {};
    expect(address).toEqual({ province: '浙江省', city: '济源市' });
  });

  const buyerIn = (changes: Json) => {
    const reading = readTaobao(taobaoTrade({ buyer_open_uid: undefined, ...changes }));
    return reading.type === 'order' ? reading.buyer : reading;
  };
  test('its buyer is the open id, else a nick that is not masked', () => {
    expect(buyerIn({ buyer_open_uid: 'A', ouid: 'B', buyer_nick: 'n' })).toEqual({ id: 'A' });
    expect(buyerIn({ ouid: 'B', buyer_nick: 'n' })).toEqual({ id: 'B' });
    expect(buyerIn({ buyer_nick: '西门吹雪' })).toEqual({ id: '西门吹雪' });
    expect(buyerIn({ buyer_nick: 'c**' })).toEqual({});
    expect(buyerIn({ buyer_email: 'Li@Example.com ' })).toEqual({ email: 'li@example.com' });
    expect(buyerIn({ buyer_email: 'l**@example.com' })).toEqual({});
  });
  test('its phone is the buyer’s own, in the clear, and neither masked nor private', () => {
    expect(buyerIn({ buyer_mobile: '13800138000' })).toEqual({ phone: '+8613800138000' });
    for (const buyer_mobile of ['138****8000', '18877771111-123', '~AbC13800138000==~1~']) {
      expect(buyerIn({ buyer_mobile })).toEqual({});
    }
    expect(buyerIn({ buyer_mobile: '13800138000', privacy_protection: true })).toEqual({});
  });
  test('who receives it is not its buyer', () => {
    const receiver = {
      receiver_mobile: '13900139000',
      receiver_phone: '02887654321',
      receiver_name: '张三',
      receiver_address: '人民路',
    };
    const reading = readTaobao(taobaoTrade({ ...receiver, buyer_nick: '测**', buyer_open_uid: '' }));
    expect(reading).toMatchObject({ buyer: {} });
    expect(JSON.stringify(reading)).not.toMatch(/139001|87654321|张三|人民路|测\*/);
  });
});

describe('where a trade stands', () => {
  const createdAt = beijing('2026-11-20 10:15:00');
  const paidAt = beijing(bought.pay_time);
  const courseOf = (changes: Json) => {
    const order = read(changes);
    const { awaits } = order.description?.value ?? {};
    return { ...order.milestones, ...(awaits && { awaits }) };
  };
  const modified = '2026-11-24 18:00:00';
  const endTime = '2026-11-30 20:00:00';

  test.each(['WAIT_BUYER_PAY', 'TRADE_NO_CREATE_PAY', 'NEVER_HEARD_OF'])(
    '%s without a pay_time is not paid',
    (status) => {
      expect(courseOf({ status })).toEqual({ createdAt });
    },
  );
  test.each([
    'WAIT_SELLER_SEND_GOODS',
    'SELLER_CONSIGNED_PART',
    'WAIT_BUYER_CONFIRM_GOODS',
    'PAID_FORBID_CONSIGN',
    'NEVER_HEARD_OF',
  ])('%s is paid by its pay_time', (status) => expect(courseOf({ ...bought, status })).toEqual({ createdAt, paidAt }));
  test('what is to be sent is paid, without a pay_time when it was sent or changed', () => {
    const sent = { ...bought, pay_time: null, status: 'WAIT_BUYER_CONFIRM_GOODS', consign_time: '2026-11-21 09:00:00' };
    const shippedAt = beijing(sent.consign_time);
    expect(courseOf(sent)).toEqual({ createdAt, shippedAt, paidAt: shippedAt });
    expect(courseOf({ ...sent, consign_time: '' })).toEqual({ createdAt, paidAt });
    expect(courseOf({ ...sent, type: undefined })).toEqual({ createdAt, shippedAt });
  });
  test.each([
    ['WAIT_PRE_AUTH_CONFIRM', { type: 'pre_auth_type' }],
    ['PAY_PENDING', {}],
  ])('%s awaits the capture of what was authorised', (status, more) => {
    expect(courseOf({ status, ...more })).toEqual({ createdAt, awaits: 'capture' });
  });
  test('a deposit awaits its balance', () => {
    const step = { ...bought, type: 'step', status: 'WAIT_BUYER_PAY', step_paid_fee: '10.00' };
    expect(courseOf({ ...step, step_trade_status: 'FRONT_NOPAID_FINAL_NOPAID', pay_time: '' })).toEqual({ createdAt });
    for (const status of ['WAIT_BUYER_PAY', 'NEVER_HEARD_OF', 'WAIT_SELLER_SEND_GOODS']) {
      const deposit = { ...step, status, step_trade_status: 'FRONT_PAID_FINAL_NOPAID' };
      expect(courseOf(deposit)).toEqual({ createdAt, awaits: 'balance' });
    }
    const balance = { ...step, status: 'WAIT_SELLER_SEND_GOODS', step_trade_status: 'FRONT_PAID_FINAL_PAID' };
    expect(courseOf(balance)).toEqual({ createdAt, paidAt });
    expect(courseOf({ ...step, status: 'NEVER_HEARD_OF' })).toEqual({ createdAt });
  });
  test.each([
    ['its type', { type: 'cod' }],
    ['its parcel', { type: undefined, cod_status: 'TAKEN_IN_SUCCESS' }],
  ])('cash on delivery, by %s, is paid once it is signed for', (_name, way) => {
    const sent = { ...bought, ...way, modified, consign_time: '2026-11-21 09:00:00' };
    const shippedAt = beijing(sent.consign_time);
    const doneAt = beijing(modified);
    const cod = { createdAt, shippedAt };
    for (const status of ['WAIT_SELLER_SEND_GOODS', 'WAIT_BUYER_CONFIRM_GOODS', 'NEVER_HEARD_OF']) {
      expect(courseOf({ ...sent, status })).toEqual({ ...cod, awaits: 'collection' });
    }
    expect(courseOf({ ...sent, status: 'TRADE_BUYER_SIGNED' })).toEqual({
      ...cod,
      deliveredAt: doneAt,
      paidAt: doneAt,
    });
    const completedAt = beijing(endTime);
    const finished = { ...sent, status: 'TRADE_FINISHED', end_time: endTime };
    expect(courseOf(finished)).toEqual({ ...cod, completedAt, paidAt: completedAt });
    expect(read(sent).description?.value.paymentMethod).toBe('cod');
    expect(statusOf(read({ ...sent, status: 'TRADE_CLOSED', end_time: endTime }))).toBe('cancelled');
  });
  test('finished', () => {
    const completedAt = beijing(endTime);
    const finished = { ...bought, status: 'TRADE_FINISHED', end_time: endTime };
    expect(courseOf(finished)).toEqual({ createdAt, paidAt, completedAt });
    expect(courseOf({ ...finished, pay_time: '' })).toEqual({ createdAt, paidAt: completedAt, completedAt });
  });
  test('closed before payment is cancelled, whatever its payment is', () => {
    const order = read({ status: 'TRADE_CLOSED_BY_TAOBAO', end_time: endTime });
    expect(order.milestones).toEqual({ createdAt, cancelledAt: beijing(endTime) });
    expect(statusOf(order)).toBe('cancelled');
    expect(purchaseOf(order, 'UTC')).toBeUndefined();
  });
  test.each([
    ['with its refunds listed', 'SUCCESS', {}],
    ['with none listed', undefined, {}],
    ['without its pay_time', 'SUCCESS', { pay_time: '' }],
    ['by all of its lines, under a status never heard of', undefined, { status: 'NEVER_HEARD_OF' }],
  ])('closed after payment is refunded in full, %s', (_name, refund_status, more) => {
    const closed = { status: 'TRADE_CLOSED', refund_status };
    const order = read({ ...bought, status: 'TRADE_CLOSED', end_time: endTime, ...more }, [
      { ...closed, refund_id: 'R1' },
      { ...closed, refund_id: 'R2' },
    ]);
    expect(statusOf(order)).toBe('refunded');
    expect(order.refunds.reduce((sum, { value }) => sum + value.amount, 0)).toBe(8000);
    expect(purchaseOf(order, 'UTC')).toBeUndefined();
  });
});

describe('refunds of lines', () => {
  const refundOf = (line: Json) => read(bought, [line]).refunds.map(({ value }) => value)[0];
  const at = beijing(bought.modified);
  const items = [{ productId: '623451801629', quantity: 2, amount: 5000 }];

  test('stand for the line’s share until the refund’s own message comes', () => {
    const line = { refund_status: 'SUCCESS', refund_id: 3290848379609938, status: 'TRADE_CLOSED' };
    expect(refundOf(line)).toEqual({ id: '3290848379609938', amount: 5000, at, status: 'success', items });
    expect(purchaseOf(read(bought, [line]), 'UTC')).toMatchObject({ amount: 3000, items: 1 });
    const end_time = '2026-11-25 08:00:00';
    expect(refundOf({ ...line, end_time, refund_id: '' })).toMatchObject({
      id: 'line:1347456243421196950',
      at: beijing(end_time),
    });
  });
  test.each([
    ['NO_REFUND', undefined],
    ['', undefined],
    ['WAIT_SELLER_AGREE', 'requested'],
    ['WAIT_BUYER_RETURN_GOODS', 'requested'],
    ['WAIT_SELLER_CONFIRM_GOODS', 'requested'],
    ['NEVER_HEARD_OF', 'requested'],
    ['SELLER_REFUSE_BUYER', 'refused'],
    ['CLOSED', 'refused'],
  ])('%j is %j', (refund_status, status) => {
    expect(refundOf({ refund_status, refund_id: 'R1' })?.status).toBe(status);
    expect(purchaseOf(read(bought, [{ refund_status, refund_id: 'R1' }]), 'UTC')?.amount).toBe(8000);
  });
});

describe('a refund’s own message', () => {
  const content = {
    buyer_nick: '测**',
    buyer_open_uid: 'AAEL',
    refund_id: '32908',
    refund_fee: '59.78',
    oid: tid,
    tid,
    modified: '2026-11-24 18:00:00',
  };
  const at = beijing(content.modified);
  const expected = (status: string) => ({ id: '32908', amount: 5978, at, status });

  test.each([
    ['taobao_refund_RefundSuccess', 'success'],
    ['taobao_refund_RefundClosed', 'refused'],
    ['taobao_refund_RefundSellerRefuseAgreement', 'refused'],
    ['taobao_refund_RefundSellerAgreeAgreement', 'requested'],
    ['taobao_refund_RefundCreated', 'requested'],
    ['256', 'requested'],
    ['32768', 'refused'],
    [undefined, 'requested'],
  ])('%s is %s', (topic, status) => {
    const envelope = { topic, content: written(content), pub_time: content.modified, user_nick: 'x' };
    const query: Record<string, string> = topic === undefined ? {} : { [/^\d/.test(topic) ? 'aopic' : 'topic']: topic };
    const ways = [
      readTaobao(envelope),
      readTaobao(content, { query }),
      readTaobao(inForm({ json: written(content) }), { query }),
    ];
    for (const reading of ways) {
      expect(reading).toMatchObject({ type: 'order', buyer: { id: 'AAEL' } });
      const order = orderIn(reading);
      expect(order).toMatchObject({ id: tid, milestones: {}, statedAt: 0 });
      expect(order.description).toBeUndefined();
      expect(order.refunds.map(({ value }) => value)).toEqual([expected(status)]);
    }
  });
  test('as TOP tells it of one', () => {
    const refund = { ...content, status: 'SUCCESS', reason: '七天无理由', num_iid: 5, num: 2, payment: '0.00' };
    expect(orderIn(readTaobao({ refund_get_response: { refund } })).refunds.map(({ value }) => value)).toEqual([
      { ...expected('success'), reason: '七天无理由', items: [{ productId: '5', quantity: 2, amount: 5978 }] },
    ]);
  });
  test('is wrong without its trade, time or amount', () => {
    expect(readTaobao({ content: JSON.stringify({ refund_id: '1' }) })).toEqual(
      wrong(['content.refund_fee', 'is needed'], ['content.modified', 'is needed'], ['content.tid', 'is needed']),
    );
  });
});

describe('short messages', () => {
  const push = {
    Tid: 2067719225654838,
    Status: 'WAIT_SELLER_SEND_GOODS',
    BuyerNick: '碎**',
    BuyerOpenUid: 'AaEL',
    Payment: '3.00',
    type: 'fixed',
  };
  const timestamp = '1795140900';
  const at = 1795140900_000;
  const courseOf = (body: unknown, query: Record<string, string>) => {
    const reading = readTaobao(body, { query });
    return reading.type === 'order' ? [reading.order.id, reading.order.milestones, reading.buyer] : reading;
  };

  test.each([
    ['1', { createdAt: at }],
    ['2097152', { paidAt: at }],
    ['1048576', { shippedAt: at }],
    ['2048', { shippedAt: at }],
  ])('AGISO’s %s, at the time it was sent', (aopic, milestones) => {
    expect(courseOf(push, { aopic, timestamp })).toEqual(['2067719225654838', milestones, { id: 'AaEL' }]);
  });
  test.each([
    ['TradeCreate', { createdAt: at }],
    ['TradeBuyerPay', { paidAt: at }],
    ['TradeSellerShip', { shippedAt: at }],
    ['TradeSuccess', { completedAt: at, paidAt: at }],
    ['TradeClose', { cancelledAt: at }],
  ])('TMC’s %s', (name, milestones) => {
    const content = {
      buyer_nick: '碎**',
      buyer_open_uid: 'AaEL',
      payment: '3.00',
      tid,
      oid: tid,
      type: 'fixed',
      seller_nick: 's',
    };
    const topic = `taobao_trade_${name}`;
    const envelope = { topic, pub_time: '2026-11-20 10:15:00', content: written(content), id: 1, user_id: 2 };
    const expected = [tid, milestones, { id: 'AaEL' }];
    expect(courseOf(envelope, {})).toEqual(expected);
    expect(courseOf(content, { topic, timestamp })).toEqual(expected);
    expect(courseOf(inForm({ topic, pub_time: envelope.pub_time, content: envelope.content }), {})).toEqual(expected);
  });
  test('of cash on delivery tell of no payment', () => {
    expect(courseOf({ ...push, type: 'cod' }, { aopic: '2097152', timestamp })).toEqual([
      String(push.Tid),
      {},
      { id: 'AaEL' },
    ]);
  });
  test('are wrong without a time', () => {
    expect(courseOf(push, { aopic: '2097152' })).toEqual(wrong(['timestamp', 'is needed']));
  });
  test.each([
    ['16', { Tid: '1', Oid: '1', Content: '商品不错！', Result: 'good', Created: '2020-03-09 14:59:11' }],
    ['524288', { Tid: '1', Oid: '1', SellerMemo: '备注', SellerFlag: '1' }],
  ])('AGISO’s %s tells nothing that is kept', (aopic, body) => {
    expect(courseOf(body, { aopic, timestamp })).toEqual({ type: 'ignored', why: 'nothing that is kept' });
  });
  test('AGISO’s whole trade is one under any of them', () => {
    const whole = {
      ...push,
      Status: 'WAIT_BUYER_CONFIRM_GOODS',
      Created: '2026-11-20 10:15:00',
      PayTime: '2026-11-20 10:20:00',
      TotalFee: '3.00',
      PostFee: null,
      ExtendedFields: { ReceiverState: '陕西省', ReceiverCity: '西安市' },
      Orders: [
        { Oid: 1, NumIid: 45533870790, OuterIid: 'ALDS_1', Title: 't', Num: 1, Payment: '3.00', DivideOrderFee: null },
      ],
    };
    for (const aopic of ['2', '2048', '']) {
      expect(
        orderIn(readTaobao(inForm({ json: JSON.stringify(whole) }), { query: { aopic, timestamp } })),
      ).toMatchObject({
        milestones: { createdAt: beijing(whole.Created), paidAt: beijing(whole.PayTime) },
        description: {
          at: beijing(whole.PayTime),
          value: {
            total: 300,
            items: [{ productId: '45533870790', sku: 'ALDS_1', title: 't', quantity: 1, price: 300 }],
            address: { province: '陕西省', city: '西安市' },
          },
        },
      });
    }
  });
});

test.each([
  { aopic: '2097152', timestamp: '1795140900', sign: 'x', fromPlatform: 'TbAlds' },
  { topic: 'taobao_trade_TradeBuyerPay', pub_time: '2026-11-20 10:15:00', sign: 'x' },
])('what is kept of a request is enough to read it again: %j', (query) => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=gbk', 'user-agent': 'x' };
  const body = `json=${encodeURIComponent(`{"tid":${tid},"buyer_nick":"`)}%BA%BC${encodeURIComponent('"}')}`;
  const reading = readTaobao(body, { query, headers });
  expect(reading).toMatchObject({ buyer: { id: '杭' }, order: { milestones: { paidAt: 1795140900_000 } } });
  const pick = (from: Record<string, string>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
  const kept = { headers: pick(headers, taobao.kept.headers), query: pick(query, taobao.kept.query) };
  expect(readTaobao(body, kept)).toEqual(reading);
});

describe('a body that is wrong', () => {
  test.each(['', 'json=', 'json=%7B', 'tid=1', '{', '<xml/>', '[1'])('%j is no JSON', (body) => {
    expect(readTaobao(body)).toEqual({ type: 'not_json' });
  });
  test('only what is signed of a form is read', () => {
    expect(readTaobao(inForm({ json: 'x', content: written(taobaoTrade()) }))).toEqual({ type: 'not_json' });
  });
  test.each<[field: string, message: string, body: unknown]>([
    ['trade.payment', 'is needed', { trade: taobaoTrade({ payment: undefined }) }],
    ['trade.payment', 'is not an amount, such as "123.45"', { trade: taobaoTrade({ payment: '1.0.0' }) }],
    ['created', 'is needed', taobaoTrade({ created: '' })],
    ['status', 'is needed', taobaoTrade({ status: null })],
    ['status', 'is not a status', taobaoTrade({ status: 7 })],
    ['pay_time', 'is not a time, such as 2026-11-23T19:00:00Z', taobaoTrade({ pay_time: '20 Nov' })],
    ['modified', 'is not text', taobaoTrade({ modified: [] })],
    ['tid', 'is not text', taobaoTrade({ tid: {}, tid_str: undefined })],
    ['orders.order[0].num', 'is not a quantity', taobaoTrade({}, [{ num: 'two' }])],
    ['orders.order[1].num_iid', 'is needed', taobaoTrade({}, [{}, { num_iid: '' }])],
    ['orders', 'is not a list', taobaoTrade({ orders: 'none' })],
    ['orders.order[0]', 'is not an object', taobaoTrade({ orders: { order: ['x'] } })],
  ])('%s %s', (field, message, body) => {
    expect(readTaobao(JSON.stringify(body))).toEqual(wrong([field, message]));
  });
  test.each(['null', '5', '[]', '"x"'])('%s is no object', (body) => {
    const json = inForm({ json: body });
    expect(readTaobao(json)).toEqual(wrong(['', 'is not a JSON object']));
  });
  test('dates that stand for never, and the word null, are not set', () => {
    const order = read({
      pay_time: '0000-00-00 00:00:00',
      end_time: '0001-01-01 00:00:00',
      consign_time: 'null',
      modified: ' ',
    });
    expect(order.milestones).toEqual({ createdAt: beijing('2026-11-20 10:15:00') });
  });
});
