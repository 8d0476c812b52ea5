import { describe, expect, test } from 'vitest';
import { youzan } from '../../../shared/contracts/platforms/youzan.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';
import { orderIn } from '../../support/read-orders.ts';
import { hasReferencePayloads, referencePayload, whereReferencePayloadsAre } from '../../support/reference-payloads.ts';
import {
  inFormStyle,
  inTradeStyle,
  md5,
  readYouzan,
  shopOfYouzan,
  youzanRequest,
} from '../../support/youzan-payloads.ts';

const beijing = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);
const bodyOf = (file: string) => referencePayload(`youzan/${file}.json`);
const read = (file: string) => youzan.read(youzanRequest(bodyOf(file), {}), shopOfYouzan);

/** A part says nothing but its milestones. */
const partOf = (id: string, milestones: object) => ({
  type: 'order',
  buyer: {},
  order: { shop: 'north', id, milestones, refunds: [], tracking: [], identities: [], statements: {}, statedAt: 0 },
});

describe.skipIf(!hasReferencePayloads)(`the published pushes of Youzan${whereReferencePayloadsAre}`, () => {
  test('an order created', () => {
    const reading = read('push_trade_TradeCreate_2018');
    const at = beijing('2018-08-22 12:06:06');
    const buyer = { id: '695120984', phone: '+8613800000001' };
    expect(reading).toEqual({
      type: 'order',
      buyer,
      order: {
        shop: 'north',
        id: 'E20180822120606008800010',
        milestones: { createdAt: at },
        refunds: [],
        tracking: [],
        identities: [],
        statedAt: at,
        description: {
          at,
          value: {
            currency: 'CNY',
            total: 250,
            discount: 0,
            shipping: 0,
            items: [{ productId: '410480150', title: '实物商品3', quantity: 1, price: 250 }],
            buyer: { ...buyer, name: 'z????' },
            address: { province: '四川省', city: '成都市' },
            channel: 'wx',
            source: 'direct_buy',
          },
        },
        statements: {
          province: { value: '四川省', at },
          city: { value: '成都市', at },
          phone: { value: '+8613800000001', at },
        },
      },
    });
    expect(statusOf(orderIn(reading))).toBe('created');
  });

  test('an order closed', () => {
    expect(read('push_trade_TradeClose_2017')).toEqual(
      partOf('E20170807181905034500002', { cancelledAt: beijing('2017-08-07 18:19:05') }),
    );
  });

  test('the state of an order', () => {
    expect(read('push_TRADE_ORDER_STATE_WAIT_BUYER_PAY_2018')).toEqual(
      partOf('E20180127173141101500008', { createdAt: beijing('2018-01-27 17:31:41') }),
    );
  });

  test('a customer', () => {
    const at = 1517055397112;
    expect(read('push_SCRM_CUSTOMER_EVENT_2018')).toEqual({
      type: 'customer',
      buyer: { id: '725462007' },
      statements: { name: { value: '测试丙', at }, gender: { value: 'male', at } },
    });
  });

  test('a coupon', () => {
    expect(read('push_COUPON_PROMOTION_2017')).toEqual({ type: 'ignored', why: 'nothing that is kept' });
  });

  test.each([
    ['as trades were written', inTradeStyle],
    ['as a form', inFormStyle],
  ])('a virtual order paid, its message %s', (_name, encode) => {
    const message: unknown = JSON.parse(bodyOf('api_trade_get_WAIT_SELLER_SEND_GOODS_virtual_2019').toString());
    const reading = readYouzan('trade_TradePaid', encode(message));
    const paidAt = beijing('2019-01-18 09:25:06');
    const buyer = { id: '695120984', phone: '+8613800000001' };
    expect(reading).toEqual({
      type: 'order',
      buyer,
      order: {
        shop: 'north',
        id: 'E20190118092109008800023',
        milestones: { createdAt: beijing('2019-01-18 09:21:09'), paidAt },
        refunds: [],
        tracking: [],
        identities: [],
        statedAt: beijing('2019-01-18 09:21:09'),
        description: {
          at: paidAt,
          value: {
            currency: 'CNY',
            total: 1,
            discount: 0,
            shipping: 0,
            paymentMethod: 'WEIXIN_DAIXIAO',
            items: [{ productId: '450996611', title: '畅游通门票测试商品', quantity: 1, price: 1 }],
            buyer: { ...buyer, name: 'z🤡' },
            channel: 'wx',
            source: 'direct_buy',
          },
        },
        statements: { phone: { value: '+8613800000001', at: paidAt } },
      },
    });
    expect(purchaseOf(orderIn(reading), shopOfYouzan.timezone)).toMatchObject({ amount: 1, paidAt, items: 1 });
    // Identity-card numbers stand in the messages of buyers.
    expect(JSON.stringify(reading)).not.toContain('110101199001010000');
  });

  test.each([
    ['push_trade_TradeCreate_2018', 'fdd814f9-8c04-4e72-afef-1b595af58676'],
    ['push_trade_TradeClose_2017', 'trade_TradeClose,63077,E20170807181905034500002,1502101273'],
    ['push_SCRM_CUSTOMER_EVENT_2018', 'SCRM_CUSTOMER_EVENT,17284278,725462007,1517055397112'],
  ])('%s verifies with the secret of its application alone and has its own id', (file, eventId) => {
    const body = bodyOf(file);
    const { client_id: id } = JSON.parse(body.toString()) as { client_id: string };
    const request = youzanRequest(body, { 'event-sign': md5(id, body, 's3cret') });
    expect(youzan.verify(request, [`${id}:s3cret`], 0).ok).toBe(true);
    expect(youzan.verify(request, [`other:s3cret`, `${id}:other`], 0).ok).toBe(false);
    // The secrets these were signed with are not known, and they have been changed since.
    expect(youzan.verify(youzanRequest(body, {}), [`${id}:s3cret`], 0).ok).toBe(false);
    expect(youzan.eventId(request)).toBe(eventId);
  });
});
