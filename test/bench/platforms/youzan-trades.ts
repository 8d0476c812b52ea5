import { createHash } from 'node:crypto';
import type { PlatformBodies } from './platform-bodies.ts';

const clientId = 'b1946ac92492d2347c';
const clientSecret = '5ecret-of-the-bench';

/** trade_TradePaid with two lines; the message is URL-encoded JSON in which blanks are %20 and colons are bare. */
export const youzanTrades: PlatformBodies = {
  platform: 'youzan',
  what: 'youzan trades',
  shop: { id: 'mugs', currency: 'CNY', timezone: 'Asia/Shanghai' },
  secret: `${clientId}:${clientSecret}`,
  sign(number) {
    const body = Buffer.from(JSON.stringify(push(number)));
    const headers = { 'event-type': 'trade_TradePaid', 'client-id': clientId, 'event-sign': digestOf(body) };
    return { headers, query: new URLSearchParams(), body };
  },
  digest: ({ body }) => digestOf(body),
  parse({ body }) {
    const { msg } = JSON.parse(body.toString('utf8')) as { msg: string };
    return JSON.parse(decodeURIComponent(msg)) as unknown;
  },
};

function digestOf(body: Buffer): string {
  return createHash('md5').update(clientId).update(body).update(clientSecret).digest('hex');
}

function push(number: number) {
  const tid = tidOf(number);
  return {
    client_id: clientId,
    id: tid,
    kdt_id: 40151071,
    kdt_name: '山海陶器',
    mode: 1,
    msg: encoded(message(number)),
    msg_id: `7d0c5f0e-1b1e-4d0c-9e57-${String(number).padStart(12, '0')}`,
    root_kdt_id: 40151071,
    sendCount: 0,
    sign: '5f4dcc3b5aa765d61d8327deb882cf99',
    status: 'TRADE_PAID',
    test: false,
    type: 'trade_TradePaid',
    version: 1_795_227_301 + number,
  };
}

function encoded(message: unknown): string {
  const bare = /%(3A|2C|5B|5D|2F|2B)/g;
  return encodeURIComponent(JSON.stringify(message)).replace(bare, (octet) => decodeURIComponent(octet));
}

function tidOf(number: number): string {
  return `E20261120102000${String(number).padStart(9, '0')}`;
}

function message(number: number) {
  const price = `${30 + (number % 9)}.00`;
  return {
    order_promotion: { adjust_fee: '0.00' },
    refund_order: [],
    full_order_info: {
      address_info: {
        address_extra: '{"lon":104.06,"lat":30.66}',
        delivery_address: '人民南路二段1号',
        delivery_city: '成都市',
        delivery_district: '武侯区',
        delivery_postal_code: '610000',
        delivery_province: '四川省',
        receiver_name: '李娜',
        receiver_tel: '13900139000',
        self_fetch_info: '',
      },
      buyer_info: {
        buyer_id: 600_000_000 + number,
        buyer_phone: `138${String(number).padStart(8, '0')}`,
        fans_id: 4_851_134_360 + number,
        fans_nickname: '山间的风',
        outer_user_id: `oX1${number}`,
        yz_open_id: `yz${number}`,
      },
      order_info: {
        close_type: 0,
        confirm_time: '',
        consign_time: '',
        created: '2026-11-20 10:15:00',
        express_type: 0,
        is_retail_order: false,
        pay_time: '2026-11-20 10:20:00',
        pay_type: 10,
        pay_type_str: 'WXPAY_DAIXIAO',
        refund_state: 0,
        status: 'TRADE_PAID',
        success_time: '',
        tid: tidOf(number),
        update_time: '2026-11-20 10:20:00',
      },
      orders: [line(number, 1, '手作马克杯', price), line(number, 2, '竹柄茶匙', '12.00')],
      pay_info: { payment: '66.00', post_fee: '6.00', total_fee: '60.00', transaction: [`24${number}`] },
      remark_info: { buyer_message: '' },
      source_info: { biz_source: 'null', source: { platform: 'wx', wx_entrance: 'direct_buy' } },
    },
  };
}

function line(number: number, at: number, title: string, price: string) {
  return {
    discount_price: price,
    is_present: false,
    item_id: 410_480_150 + at,
    num: at,
    oid: `14673242046207${String(number * 2 + at).padStart(5, '0')}`,
    outer_item_id: `MUG-${at}`,
    payment: price,
    price,
    sku_id: 37_155_730 + at,
    sku_properties_name: '[{"k":"颜色","v":"青白"}]',
    title,
    total_fee: price,
  };
}
