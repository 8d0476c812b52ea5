import { createHash } from 'node:crypto';
import type { SignedRequest } from '../../../shared/contracts/platforms/platform.ts';
import type { PlatformBodies } from './platform-bodies.ts';

const secret = 'a secret of the bench, for Taobao';
const shop = { id: 'tea', currency: 'CNY', timezone: 'Asia/Shanghai' };

/** The answer of taobao.trade.fullinfo.get as an ERP forwards it, signed as the open platform does: query and raw body. */
export const taobaoTrades: PlatformBodies = {
  platform: 'taobao',
  what: 'taobao trades, raw',
  shop,
  secret,
  sign(number, now) {
    const body = Buffer.from(withBigIds(JSON.stringify({ trade_fullinfo_get_response: { trade: trade(number) } })));
    const query = new URLSearchParams({ app_key: '23000001', sign_method: 'md5', timestamp: String(now) });
    const unsigned = { headers: { 'content-type': 'application/json' }, query, body };
    return { ...unsigned, query: new URLSearchParams([...query, ['sign', topDigest(unsigned)]]) };
  },
  digest: topDigest,
  parse: ({ body }) => JSON.parse(body.toString('utf8')) as unknown,
};

/** AGISO's push of a paid order: the trade under its own names, JSON in a form. */
export const agisoTrades: PlatformBodies = {
  platform: 'taobao',
  what: 'taobao trades, AGISO',
  shop,
  secret,
  sign(number, now) {
    const json = withBigIds(JSON.stringify(agisoTrade(number)));
    const query = new URLSearchParams({ timestamp: String(Math.floor(now / 1000)), aopic: '2' });
    const body = Buffer.from(new URLSearchParams({ json }).toString());
    const unsigned = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, query, body };
    return { ...unsigned, query: new URLSearchParams([...query, ['sign', agisoDigest(unsigned)]]) };
  },
  digest: agisoDigest,
  parse: (request) => JSON.parse(jsonOf(request)) as unknown,
};

/** Upper-case hex of MD5 over the parameters by name and the body, the secret around it. */
function topDigest({ query, body }: SignedRequest): string {
  const parameters = [...query].filter(([name]) => name !== 'sign').sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('md5').update(secret).update(parameters.flat().join(''));
  return hash.update(body).update(secret).digest('hex').toUpperCase();
}

function agisoDigest(request: SignedRequest): string {
  const text = `json${jsonOf(request)}timestamp${request.query.get('timestamp')}`;
  return createHash('md5').update(`${secret}${text}${secret}`).digest('hex');
}

function jsonOf({ body }: SignedRequest): string {
  return new URLSearchParams(body.toString('utf8')).get('json') ?? '';
}

/** Ids are numbers beyond 2^53 on the wire, which JSON.stringify cannot write. */
function withBigIds(json: string): string {
  return json.replace(/"(tid|oid|Tid|Oid)":"(\d+)"/g, '"$1":$2');
}

function tidOf(number: number): string {
  return `34756${String(number).padStart(14, '0')}`;
}

function trade(number: number) {
  const tid = tidOf(number);
  const paid = { created: '2026-11-20 10:15:02', pay_time: '2026-11-20 10:15:31', modified: '2026-11-20 10:15:32' };
  return {
    tid,
    tid_str: tid,
    ...paid,
    status: 'WAIT_SELLER_SEND_GOODS',
    type: 'fixed',
    trade_from: 'WAP,WAP',
    title: '山间茶铺',
    num: 0,
    payment: '216.00',
    total_fee: '226.00',
    post_fee: '0.00',
    discount_fee: '0.00',
    adjust_fee: '0.00',
    received_payment: '0.00',
    coupon_fee: 0,
    alipay_no: `2026112022001${String(number).padStart(15, '0')}`,
    buyer_nick: '李**',
    buyer_open_uid: `AAH${'kQ9'.repeat(8)}${number}`,
    buyer_alipay_no: '***********',
    buyer_email: '',
    buyer_area: '浙江杭州',
    buyer_message: '',
    buyer_rate: false,
    seller_nick: '山间茶铺',
    seller_rate: false,
    seller_flag: 0,
    receiver_name: '李**',
    receiver_mobile: '*******0000',
    receiver_state: '浙江省',
    receiver_city: '杭州市',
    receiver_district: '西湖区',
    receiver_town: '转塘街道',
    receiver_address: '转**路**号',
    receiver_zip: '310000',
    oaid: `1${'Zk8Yp0'.repeat(12)}${number}`,
    cod_status: 'NEW_CREATED',
    cod_fee: '0.00',
    shipping_type: 'express',
    service_tags: { logistics_tag: [{ order_id: tid, logistic_service_tag_list: {} }] },
    has_post_fee: true,
    is_part_consign: false,
    is_sh_ship: false,
    is_brand_sale: false,
    is_force_wlb: false,
    is_lgtype: false,
    credit_card_fee: '0.00',
    step_trade_status: '',
    orders: { order: [order(number, 1, '明前龙井 100克', '128.00'), order(number, 2, '青瓷茶杯', '98.00')] },
    promotion_details: {
      promotion_detail: [
        {
          discount_fee: '10.00',
          id: tid,
          promotion_desc: '店铺优惠:省10.00元',
          promotion_id: `shopbonus-${number}`,
          promotion_name: '店铺优惠',
        },
        { discount_fee: '0.00', id: tid, promotion_desc: '包邮', promotion_id: 'free-post', promotion_name: '包邮' },
      ],
    },
  };
}

function order(number: number, at: number, title: string, price: string) {
  const oid = `34756${String(number * 3 + at).padStart(14, '0')}`;
  return {
    oid,
    oid_str: oid,
    adjust_fee: '0.00',
    buyer_rate: false,
    cid: 50_016_000 + at,
    discount_fee: '0.00',
    divide_order_fee: price === '98.00' ? '93.66' : '122.34',
    invoice_no: '',
    is_daixiao: false,
    is_oversold: false,
    logistics_company: '',
    num: 1,
    num_iid: 521_000_000_000 + at,
    order_from: 'WAP,WAP',
    outer_iid: `TEA-${at}`,
    outer_sku_id: `TEA-${at}-A`,
    part_mjz_discount: '5.00',
    payment: price,
    pic_path: `https://img.example/bao/uploaded/i${at}/2026/TB1example_!!0-item_pic.jpg`,
    price,
    refund_status: 'NO_REFUND',
    seller_rate: false,
    seller_type: 'C',
    sku_id: `36${number}${at}`,
    sku_properties_name: '规格:一号;包装:纸袋',
    snapshot_url: `o:${oid}_1`,
    status: 'WAIT_SELLER_SEND_GOODS',
    store_code: 'store-1',
    title,
    total_fee: price,
  };
}

function agisoTrade(number: number) {
  const tid = tidOf(number);
  return {
    Platform: 'TAOBAO',
    PlatformUserId: '2200000000001',
    ReceiverName: null,
    ReceiverMobile: null,
    ReceiverPhone: null,
    ReceiverAddress: null,
    BuyerArea: null,
    ExtendedFields: {},
    Tid: tid,
    Status: 'WAIT_SELLER_SEND_GOODS',
    SellerNick: '山间茶铺',
    BuyerNick: '李**',
    BuyerOpenUid: `AAH${'kQ9'.repeat(8)}${number}`,
    BuyerMessage: null,
    Price: '128.00',
    Num: 1,
    TotalFee: '128.00',
    Payment: '118.00',
    PayTime: '2026-11-20 10:15:31',
    PicPath: 'https://img.example/bao/uploaded/i1/2026/TB1example_!!0-item_pic.jpg',
    PostFee: '0.00',
    Created: '2026-11-20 10:15:02',
    TradeFrom: 'WAP,WAP',
    Orders: [
      {
        Oid: tid,
        NumIid: 521_000_000_001,
        OuterIid: 'TEA-1',
        OuterSkuId: 'TEA-1-A',
        Title: '明前龙井 100克',
        Price: '128.00',
        Num: 1,
        TotalFee: '118.00',
        Payment: '118.00',
        PicPath: 'https://img.example/bao/uploaded/i1/2026/TB1example_!!0-item_pic.jpg',
        SkuId: `36${number}1`,
        SkuPropertiesName: '规格:一号;包装:纸袋',
        DivideOrderFee: '118.00',
        PartMjzDiscount: '10.00',
      },
    ],
    SellerMemo: null,
    SellerFlag: 0,
    CreditCardFee: null,
  };
}
