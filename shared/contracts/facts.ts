/**
 * What the nightly census writes and reports read: Parquet files `facts/<run>/<kind>/<part>.parquet`. No name, phone
 * number or email address is in any of them. Files may overlap where a part was written twice: readers keep one row per
 * key.
 * - `instant`: INT64, epoch milliseconds; `day`: INT32, days since 1970-01-01; `int`: INT32; `double`: DOUBLE
 * - `amount`: INT64, minor units of the base currency; `long`: INT64; `flag`: BOOLEAN; `text`: UTF-8
 * - `json`: UTF-8 text that holds JSON; a list is `["a","b"]`
 */
export type FactType = 'instant' | 'day' | 'int' | 'long' | 'double' | 'amount' | 'flag' | 'text' | 'json';

/** Columns by kind. Every column but those of the key may be null. */
export const factColumns = {
  /** One row per customer, derived at the as-of moment of the manifest. */
  customers: {
    customer: 'text',
    knownSince: 'instant',
    stage: 'text',
    stageSince: 'day',
    country: 'text',
    province: 'text',
    city: 'text',
    gender: 'text',
    /** 19900228 for 28 February 1990. */
    birthday: 'int',
    occupation: 'text',
    /** JSON, because it may be stated as text, number or flag: `"A"`, `3`, `true`. */
    credit: 'json',
    /** `{"size":"L","children":2}` */
    attributes: 'json',
    /** Id of the tier. */
    tier: 'text',
    points: 'long',
    tags: 'json',
    rfmR: 'int',
    rfmF: 'int',
    rfmM: 'int',
    rfmGroup: 'text',
    shops: 'json',
    /** As the customer's file states it: granted, denied; null is unknown. */
    consentSms: 'text',
    consentEmail: 'text',
    /** Keyed hash of the address; null where there is none. */
    smsKey: 'text',
    emailKey: 'text',
    alive: 'double',
    expectedPurchases: 'double',
    predictedValue: 'amount',
    /** Expected day of the next purchase. */
    nextAt: 'day',
  },
  /** One row per purchase of a customer: what is one now (DOMAIN 1). The key is shop and order. */
  purchases: {
    customer: 'text',
    shop: 'text',
    order: 'text',
    paidAt: 'instant',
    /** On the calendar of its shop. */
    day: 'day',
    /** Less successful refunds. */
    amount: 'amount',
    items: 'int',
  },
  /** What purchases contained, apart from lines taken back in full. */
  lines: {
    customer: 'text',
    paidAt: 'instant',
    day: 'day',
    product: 'text',
    sku: 'text',
    category: 'text',
    amount: 'amount',
  },
  /** Every order, with or without a customer. The key is shop and order. */
  orders: {
    customer: 'text',
    shop: 'text',
    order: 'text',
    createdAt: 'instant',
    createdDay: 'day',
    paidAt: 'instant',
    paidDay: 'day',
    paid: 'flag',
    status: 'text',
    total: 'amount',
    /** Sum of successful refunds; the whole total where it was cancelled after payment. */
    refunded: 'amount',
    test: 'flag',
    country: 'text',
    province: 'text',
    city: 'text',
    /** 0 to 23 on the wall clock of its shop, at payment, or at creation while unpaid. */
    localHour: 'int',
    /** 1 Monday to 7 Sunday, likewise. */
    weekday: 'int',
    channel: 'text',
    paymentMethod: 'text',
  },
  /** One row per refund and product. The key is shop, order, refund and product. */
  refunds: {
    customer: 'text',
    shop: 'text',
    order: 'text',
    refund: 'text',
    product: 'text',
    at: 'instant',
    day: 'day',
    amount: 'amount',
    reason: 'text',
    /** requested, success, refused. */
    status: 'text',
  },
  /** One row per case, with or without an order. */
  cases: {
    customer: 'text',
    case: 'text',
    /** Of the order it is about, if it names one. */
    shop: 'text',
    order: 'text',
    product: 'text',
    /** complaint, return, review, question. */
    kind: 'text',
    /** As somebody wrote it down. */
    reason: 'text',
    openedAt: 'instant',
    /** On the workspace's calendar. */
    day: 'day',
  },
  /** One row per message that went out, or may have. The key is customer and touch. */
  touches: {
    customer: 'text',
    touch: 'text',
    /** Id of the rule or campaign that wanted it sent. */
    origin: 'text',
    channel: 'text',
    class: 'text',
    /** sent, or unconfirmed: nobody knows, and it has no time of sending. */
    state: 'text',
    sentAt: 'instant',
    /** As the provider reported it; null also where it reports nothing. */
    deliveredAt: 'instant',
    /** It came back, and did not arrive later. */
    bouncedAt: 'instant',
    /** By a person, as far as that can be told. */
    openedAt: 'instant',
    clickedAt: 'instant',
    unsubscribedAt: 'instant',
    step: 'text',
    template: 'text',
    variant: 'text',
    /** Id of the coupon that went with it. */
    coupon: 'text',
    /** Of a text message. */
    parts: 'int',
    /** Millionths of the base currency. */
    cost: 'long',
    /** Orders credited to it by what is known today, and their amount net of refunds. */
    creditedOrders: 'int',
    creditedAmount: 'amount',
    /** Of its delivery, or of its sending where none is reported, on the workspace's calendar. */
    day: 'day',
  },
} as const satisfies Record<string, Record<string, FactType>>;

export type FactKind = keyof typeof factColumns;
export const factKinds = Object.keys(factColumns) as FactKind[];
