/** Headings of the order exports that shops have, by field; of several the first that the file has is taken. */
export const importPresets = ['shopify', 'woocommerce', 'taobao'] as const;
export type ImportPreset = (typeof importPresets)[number];

export interface Preset {
  readonly headings: Readonly<Record<string, readonly string[]>>;
}

/**
 * Shopify: Orders > Export, "CSV for Excel" or plain. One row per line item, further rows of an order with its Name only.
 * It has no product ids: the SKU stands for one, else the line's name.
 */
const shopify: Preset = {
  headings: {
    id: ['Id', 'Name'],
    group: ['Name'],
    currency: ['Currency'],
    total: ['Total'],
    refunded: ['Refunded Amount'],
    discount: ['Discount Amount'],
    shipping: ['Shipping'],
    status: ['Financial Status'],
    createdAt: ['Created at'],
    paidAt: ['Paid at'],
    shippedAt: ['Fulfilled at'],
    cancelledAt: ['Cancelled at'],
    paymentMethod: ['Payment Method'],
    'items.productId': ['Lineitem sku', 'Lineitem name'],
    'items.sku': ['Lineitem sku'],
    'items.title': ['Lineitem name'],
    'items.quantity': ['Lineitem quantity'],
    'items.price': ['Lineitem price'],
    coupons: ['Discount Code'],
    'customer.email': ['Email'],
    'customer.phone': ['Phone'],
    'customer.name': ['Billing Name', 'Shipping Name'],
    'customer.consent.email': ['Accepts Marketing'],
    'address.country': ['Shipping Country', 'Billing Country'],
    'address.province': ['Shipping Province', 'Billing Province'],
    'address.city': ['Shipping City', 'Billing City'],
    channel: ['Source'],
  },
};

/**
 * WooCommerce has no export of orders of its own; these are the headings of the usual plugins (Advanced Order Export,
 * Customer / Order / Coupon Export in both its forms). One row per order or per line item.
 */
const woocommerce: Preset = {
  headings: {
    id: ['Order ID', 'order_id', 'Order Number', 'order_number'],
    group: ['Order ID', 'order_id', 'Order Number', 'order_number'],
    currency: ['Order Currency', 'order_currency', 'Currency', 'currency'],
    total: ['Order Total Amount', 'Order Total', 'order_total', 'Total'],
    refunded: ['Order Refund Amount', 'Order Total Refunded', 'refunded_total', 'Refunded Total'],
    discount: ['Cart Discount Amount', 'Order Discount Amount', 'discount_total', 'Discount Total'],
    shipping: ['Order Shipping Amount', 'shipping_total', 'Shipping Total'],
    status: ['Order Status', 'status', 'order_status'],
    createdAt: ['Order Date', 'order_date', 'date'],
    paidAt: ['Paid Date', 'date_paid', 'paid_date'],
    completedAt: ['Completed Date', 'date_completed', 'completed_date'],
    paymentMethod: ['Payment Method Title', 'payment_method_title', 'payment_method'],
    'items.productId': ['Product Id', 'Product ID', 'item_product_id', 'item_id', 'SKU', 'item_sku', 'Item Name'],
    'items.sku': ['SKU', 'item_sku'],
    'items.title': ['Item Name', 'Product Name', 'item_name'],
    'items.category': ['Category', 'Product categories'],
    'items.quantity': ['Quantity (- Refund)', 'Quantity', 'item_quantity'],
    'items.price': ['Item Cost', 'Item Price', 'item_price'],
    coupons: ['Coupon Code', 'Coupons', 'coupon_items', 'Coupons used'],
    'customer.id': ['Customer User ID', 'Customer ID', 'customer_id', 'customer_user'],
    'customer.email': ['Email (Billing)', 'billing_email', 'Billing Email', 'Billing Email Address'],
    'customer.phone': ['Phone (Billing)', 'billing_phone', 'Billing Phone'],
    'customer.name': ['Full Name (Billing)', 'billing_full_name', 'Billing Full Name'],
    'address.country': ['Country Code (Billing)', 'billing_country', 'Billing Country'],
    'address.province': ['State Code (Billing)', 'State Name (Billing)', 'billing_state', 'Billing State'],
    'address.city': ['City (Billing)', 'billing_city', 'Billing City'],
  },
};

/**
 * Taobao and Tmall: 已卖出的宝贝 > 批量导出, the order report (one row per order). The number and the address in it are the
 * receiver's, who is not the buyer; the buyer is the member name.
 */
const taobao: Preset = {
  headings: {
    id: ['订单编号', '主订单编号', '订单号'],
    group: ['订单编号', '主订单编号', '订单号'],
    total: ['买家实际支付金额', '买家实付金额', '实付款', '总金额'],
    refunded: ['退款金额'],
    shipping: ['买家应付邮费', '运费'],
    status: ['订单状态', '交易状态'],
    createdAt: ['订单创建时间', '下单时间'],
    paidAt: ['订单付款时间', '付款时间'],
    shippedAt: ['发货时间'],
    completedAt: ['确认收货时间', '交易成功时间'],
    'items.productId': ['商品ID', '宝贝ID', '商品id', '商家编码', '外部系统编号', '宝贝标题', '商品标题', '标题'],
    'items.sku': ['商家编码', '外部系统编号'],
    'items.title': ['宝贝标题', '商品标题', '标题'],
    'items.quantity': ['宝贝总数量', '购买数量', '商品数量', '数量'],
    'items.price': ['价格', '商品价格', '单价'],
    'customer.id': ['买家会员名', '买家昵称', '买家旺旺', '买家账号'],
    'address.text': ['收货地址', '修改后的收货地址'],
    'tracking.carrier': ['物流公司'],
    'tracking.number': ['物流单号', '运单号'],
  },
};

export const presets: Readonly<Record<ImportPreset, Preset>> = { shopify, woocommerce, taobao };
