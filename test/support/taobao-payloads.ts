import type { Reading, ShopContext, SignedRequest } from '../../shared/contracts/platforms/platform.ts';
import { taobao } from '../../shared/contracts/platforms/taobao.ts';

/** Trades as Taobao's open platform tells them, and as ERPs forward them, of one made-up trade. */

export const shopOfTaobao: ShopContext = { id: 'north', currency: 'CNY', timezone: 'Asia/Shanghai' };
export const taobaoSecret = '9f8g9d78sg9d8f8ew9f89ds9f8ds9af8';
/** Beyond 2^53. */
export const tid = '1347456243421196949';

export type Json = Record<string, unknown>;

/** Two cups and a plate, created at 10:15 Beijing time and not yet paid: 90 of goods less 20 off, and 10 of postage. */
export function taobaoTrade(changes: Json = {}, lines: readonly Json[] = [{}, {}]): Json {
  return {
    tid,
    tid_str: tid,
    status: 'WAIT_BUYER_PAY',
    type: 'fixed',
    cod_status: 'NEW_CREATED',
    created: '2026-11-20 10:15:00',
    modified: '2026-11-20 10:15:00',
    payment: '80.00',
    total_fee: '90.00',
    post_fee: '10.00',
    received_payment: '0.00',
    coupon_fee: 500,
    num: 0,
    buyer_open_uid: 'AAEL_gqxAAShiml5',
    buyer_nick: '测**',
    buyer_email: ' ',
    receiver_name: '测*',
    receiver_mobile: '138********',
    receiver_state: '浙江省',
    receiver_city: '杭州市',
    receiver_zip: '710000 ',
    trade_from: 'WAP,WAP',
    orders: {
      order: [
        {
          oid: '1347456243421196950',
          num_iid: 623451801629,
          sku_id: '4648863642366',
          outer_sku_id: 'CUP-W',
          title: '杯子 ',
          cid: 50003449,
          num: 2,
          price: '35.00',
          total_fee: '70.00',
          payment: '54.00',
          divide_order_fee: '50.00',
          status: 'WAIT_BUYER_PAY',
          refund_status: 'NO_REFUND',
          ...lines[0],
        },
        {
          oid: '1347456243421196951',
          num_iid: 623451801630,
          title: '盘子',
          num: 1,
          price: '20.00',
          total_fee: '20.00',
          payment: '20.00',
          status: 'WAIT_BUYER_PAY',
          refund_status: 'NO_REFUND',
          ...lines[1],
        },
      ],
    },
    promotion_details: {
      promotion_detail: [
        { id: tid, promotion_name: '亏本清仓', discount_fee: '20.00' },
        { id: tid, promotion_name: '满就送', discount_fee: '0.00' },
      ],
    },
    ...changes,
  };
}

/** Changes of a trade paid at 10:20. */
export const bought = {
  status: 'WAIT_SELLER_SEND_GOODS',
  pay_time: '2026-11-20 10:20:00',
  modified: '2026-11-20 10:20:00',
};

/** As text in which the number is the number it is. */
export function written(value: unknown): string {
  return JSON.stringify(value).replace(/"tid":"(\d+)"/g, '"tid":$1');
}

export interface Sent {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: SignedRequest['headers'];
}

export function taobaoRequest(body: string | Buffer, { query = {}, headers = {} }: Sent = {}): SignedRequest {
  return { headers, query: new URLSearchParams(query), body: Buffer.from(body) };
}

export function readTaobao(body: unknown, sent?: Sent): Reading {
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : written(body);
  return taobao.read(taobaoRequest(text, sent), shopOfTaobao);
}

export function inForm(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString();
}
