import { createHash } from 'node:crypto';
import type { Reading, ShopContext, SignedRequest } from '../../shared/contracts/platforms/platform.ts';
import { youzan } from '../../shared/contracts/platforms/youzan.ts';

/** Pushes as Youzan sends them, of one made-up order. */

export const shopOfYouzan: ShopContext = { id: 'north', currency: 'CNY', timezone: 'Asia/Shanghai' };
export const clientId = 'c63054ee1979253abd';
export const youzanSecret = `${clientId}:s3cret`;
export const youzanOrderId = 'E20261120101500008800010';

export type Json = Record<string, unknown>;
type Sections = { readonly [Name in 'order_info' | 'pay_info' | 'buyer_info' | 'address_info']?: Json };

/** Two mugs, and a spoon as a gift, created at 10:15 Beijing time and not yet paid. */
export function youzanTrade({ order_info, pay_info, buyer_info, address_info }: Sections = {}, more: Json = {}): Json {
  return {
    order_promotion: {
      adjust_fee: '0.00',
      order: [{ promotion_type: 'coupon', promotion_title: '满减券', coupon_id: 771, discount_fee: '5.00' }],
    },
    refund_order: [],
    full_order_info: {
      order_info: {
        tid: youzanOrderId,
        status: 'WAIT_BUYER_PAY',
        created: '2026-11-20 10:15:00',
        update_time: '2026-11-20 10:15:00',
        pay_time: '',
        consign_time: '',
        success_time: '',
        confirm_time: '',
        pay_type: 0,
        pay_type_str: '',
        refund_state: 0,
        close_type: 0,
        ...order_info,
      },
      pay_info: { total_fee: '65.00', payment: '66.00', post_fee: '6.00', phase_payments: [], ...pay_info },
      buyer_info: {
        yz_open_id: '',
        buyer_id: 695120984,
        buyer_phone: '13800138000',
        fans_id: 4851134360,
        fans_nickname: '小+明',
        outer_user_id: 'oX1',
        ...buyer_info,
      },
      address_info: {
        delivery_province: '四川省',
        delivery_city: '成都市',
        receiver_name: '张三',
        receiver_tel: '13900139000',
        self_fetch_info: '',
        ...address_info,
      },
      source_info: { biz_source: 'null', source: { platform: 'wx', wx_entrance: 'direct_buy' } },
      orders: [
        {
          oid: '1467324204620719891',
          item_id: 410480150,
          sku_id: 37155730,
          outer_sku_id: 'MUG-1',
          title: '马克杯',
          num: 2,
          price: '35.00',
          total_fee: '65.00',
          payment: '60.00',
          sku_properties_name: '[{"k":"颜色","v":"白","v_id":7443}]',
          is_present: false,
          pre_sale_type: 'null',
        },
        { oid: '1467324204620719892', item_id: 99, title: '勺子', num: 1, price: '3.00', is_present: true },
      ],
      ...more,
    },
  };
}

/** Changes of an order that is paid at 10:20. */
export const paid = {
  status: 'WAIT_SELLER_SEND_GOODS',
  pay_time: '2026-11-20 10:20:00',
  update_time: '2026-11-20 10:20:00',
  pay_type: 10,
  pay_type_str: 'WXPAY_DAIXIAO',
};

/** As trades were written in 2018: blanks as %20; colons, commas, brackets and plus signs as they are. */
export function inTradeStyle(message: unknown): string {
  const bare = /%(3A|2C|5B|5D|2F|2B)/g;
  return encodeURIComponent(JSON.stringify(message)).replace(bare, (escaped) => decodeURIComponent(escaped));
}

/** As forms are: a blank is a plus. */
export function inFormStyle(message: unknown): string {
  return encodeURIComponent(JSON.stringify(message)).replaceAll('%20', '+');
}

export function youzanPush(type: string, message: unknown, envelope: Json = {}): Json {
  const isObject = type.startsWith('youzan_trade_Refund');
  return {
    client_id: clientId,
    id: youzanOrderId,
    kdt_id: 40151071,
    kdt_name: '测试店铺',
    mode: 1,
    msg: typeof message === 'string' || isObject ? message : inTradeStyle(message),
    msg_id: 'fdd814f9-8c04-4e72-afef-1b595af58676',
    sendCount: 0,
    status: 'WAIT_BUYER_PAY',
    test: false,
    type,
    version: 1795227301,
    ...envelope,
  };
}

export function md5(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** Signed, unless a header says otherwise. */
export function youzanRequest(body: unknown, headers?: SignedRequest['headers']): SignedRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const sign = md5(clientId, bytes, 's3cret');
  return { headers: headers ?? { 'event-sign': sign }, query: new URLSearchParams(), body: bytes };
}

export function readYouzan(type: string, message: unknown, envelope?: Json): Reading {
  return youzan.read(youzanRequest(youzanPush(type, message, envelope)), shopOfYouzan);
}
