import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { taobao } from '../../../shared/contracts/platforms/taobao.ts';
import { joinOrders } from '../../../shared/domain/orders/order.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';
import { orderIn } from '../../support/read-orders.ts';
import { hasReferencePayloads, referencePayload, whereReferencePayloadsAre } from '../../support/reference-payloads.ts';
import { inForm, readTaobao, shopOfTaobao, taobaoRequest, taobaoSecret } from '../../support/taobao-payloads.ts';

const beijing = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);
const bodyOf = (file: string) => referencePayload(`taobao/${file}.json`);
const stamped = (stated: Record<string, string>, at: number) =>
  Object.fromEntries(Object.entries(stated).map(([field, value]) => [field, { value, at }]));
const nothingElse = { tracking: [], identities: [] };

describe.skipIf(!hasReferencePayloads)(`the published bodies of Taobao${whereReferencePayloadsAre}`, () => {
  test('a trade closed before it was paid', () => {
    const reading = readTaobao(bodyOf('trade_fullinfo_TRADE_CLOSED_BY_TAOBAO_2013'));
    const createdAt = beijing('2013-11-10 14:22:38');
    const at = beijing('2014-01-31 00:18:01');
    const address = { province: '陕西省', city: '西安市' };
    expect(reading).toEqual({
      type: 'order',
      // Unmasked, as nicks were then; address, phone and Alipay account are masked.
      buyer: { id: '测试买家01' },
      order: {
        shop: 'north',
        id: '452790065331038',
        milestones: { createdAt, cancelledAt: beijing('2013-11-13 14:24:01') },
        refunds: [],
        ...nothingElse,
        statedAt: createdAt,
        description: {
          at,
          value: {
            currency: 'CNY',
            total: 1380,
            discount: 7420,
            shipping: 0,
            items: [
              {
                productId: '35223917483',
                sku: 'TX324A0212',
                title: '2013春秋装 男士 长袖T恤男新款 圆领长纯色 简单打底衫 休闲体恤',
                category: '50000436',
                quantity: 1,
                price: 1380,
              },
            ],
            promotions: ['亏本清仓', '满就送'],
            buyer: { id: '测试买家01', name: '测试买家01' },
            address,
            channel: 'TAOBAO',
          },
        },
        statements: stamped(address, at),
      },
    });
    // Its payment stands at 13.80 all the same.
    expect(statusOf(orderIn(reading))).toBe('cancelled');
    expect(purchaseOf(orderIn(reading), shopOfTaobao.timezone)).toBeUndefined();
  });

  test('a trade placed, whose number is beyond 2^53', () => {
    const at = beijing('2020-11-04 14:59:33');
    const address = { province: '辽宁省', city: '沈阳市' };
    const reading = readTaobao(bodyOf('trade_WAIT_BUYER_PAY_masked_bigint_2020'));
    expect(reading).toEqual({
      type: 'order',
      buyer: { id: '测试买家03' },
      order: {
        shop: 'north',
        id: '1347456243421196949',
        milestones: { createdAt: at },
        refunds: [],
        ...nothingElse,
        statedAt: at,
        description: {
          at,
          value: {
            currency: 'CNY',
            total: 180,
            discount: 310,
            shipping: 0,
            items: [
              {
                productId: '623451801629',
                sku: '4648863642366',
                title: '德国316不锈钢菜板家用抗菌防霉砧板厨房双面切菜板粘板塑料案板',
                category: '50003449',
                quantity: 1,
                price: 180,
              },
            ],
            buyer: { id: '测试买家03', name: '测试买家03' },
            address,
            channel: 'WAP,WAP',
          },
        },
        statements: stamped(address, at),
      },
    });
    expect(statusOf(orderIn(reading))).toBe('created');
  });

  test('a trade pushed by AGISO', () => {
    const paidAt = beijing('2016-07-11 11:20:20');
    const reading = readTaobao(bodyOf('erp_agiso_push_trade'));
    expect(reading).toEqual({
      type: 'order',
      buyer: { id: '西门吹雪' },
      order: {
        shop: 'north',
        id: '2067719225654838',
        milestones: { createdAt: beijing('2016-07-11 11:20:09'), paidAt },
        refunds: [],
        ...nothingElse,
        statedAt: beijing('2016-07-11 11:20:09'),
        description: {
          at: paidAt,
          value: {
            currency: 'CNY',
            total: 300,
            discount: 0,
            items: [{ productId: '45533870790', sku: 'ALDS_SKU_1000', title: '宝贝标题', quantity: 1, price: 300 }],
            buyer: { id: '西门吹雪', name: '西门吹雪' },
          },
        },
        statements: {},
      },
    });
    expect(purchaseOf(orderIn(reading), shopOfTaobao.timezone)).toMatchObject({ amount: 300, paidAt, items: 1 });
  });

  const refundOf = (file: string, query?: Record<string, string>) =>
    readTaobao(bodyOf(file), { ...(query && { query }) });
  const part = (id: string, refund: object, at: number) => ({
    shop: 'north',
    id,
    milestones: {},
    refunds: [{ at, value: refund }],
    ...nothingElse,
    statements: {},
    statedAt: 0,
  });

  test('a refund pushed by AGISO, asked for and withdrawn', () => {
    const at = beijing('2000-12-30 12:32:20');
    for (const [aopic, status] of [
      ['256', 'requested'],
      ['32768', 'refused'],
    ] as const) {
      const refund = { id: '592823138', amount: 2132, at, status };
      expect(refundOf('erp_agiso_push_refund_created', { aopic })).toEqual({
        type: 'order',
        buyer: { id: 'AaEL_gqxAAShiml5geo3bVTa' },
        order: part('110770592823138', refund, at / 1000),
      });
    }
  });

  test('a refund in a message of TMC, whose topic tells how it went', () => {
    const at = beijing('2017-09-13 16:00:07');
    const file = 'tmc_refund_message_return_bill_2017';
    const refund = (status: string) => ({ id: '3290848379609938', amount: 5978, at, status });
    expect(refundOf(file)).toEqual({
      type: 'order',
      buyer: { id: '测试买家05' },
      order: part('54973839805603899', refund('requested'), at / 1000),
    });
    const success = refundOf(file, { topic: 'taobao_refund_RefundSuccess' });
    expect(orderIn(success)).toEqual(part('54973839805603899', refund('success'), at));
    expect(joinOrders(orderIn(refundOf(file)), orderIn(success)).refunds).toEqual(orderIn(success).refunds);
  });

  test.each([
    'trade_fullinfo_TRADE_CLOSED_BY_TAOBAO_2013',
    'trade_WAIT_BUYER_PAY_masked_bigint_2020',
    'erp_agiso_push_trade',
    'erp_agiso_push_refund_created',
    'tmc_refund_message_return_bill_2017',
  ])('%s verifies as AGISO’s push and reads the same', (file) => {
    const json = bodyOf(file).toString();
    const timestamp = '1795140900';
    const text = `${taobaoSecret}json${json}timestamp${timestamp}${taobaoSecret}`;
    const sign = createHash('md5').update(text).digest('hex');
    const request = taobaoRequest(inForm({ json }), { query: { timestamp, sign } });
    expect(taobao.verify(request, [taobaoSecret], 1795140900_000)).toEqual({ ok: true });
    expect(taobao.read(request, shopOfTaobao)).toEqual(readTaobao(json));
  });
});
