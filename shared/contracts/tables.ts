/**
 * The tables, as plain data. The CDK app creates them from this, the test tables come from this, and the adapters
 * take their key names from this: a table or key name stands nowhere else.
 */
export interface TableDefinition {
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Name of the attribute with the expiry in epoch seconds. Every read filters on it: deletion may lag by two days. */
  readonly expiry?: string;
  readonly indexes?: Readonly<Record<string, IndexDefinition>>;
  /** Changes are told on, by key only: whoever hears of one reads the item again. */
  readonly stream?: 'KEYS_ONLY';
}

export interface IndexDefinition {
  readonly partitionKey: string;
  readonly sortKey: string;
  /**
   * Keys only: whoever finds an item through an index reads the item itself before deciding anything. An index that is
   * read for counts alone names the attributes it carries besides.
   */
  readonly projection: 'KEYS_ONLY' | { readonly include: readonly string[] };
}

/** Every key attribute is a string. */
export const tables = {
  /** One merged order per item; key `shop#order`. */
  orders: { partitionKey: 'order', stream: 'KEYS_ONLY' },
  /** One file per customer, or a redirect after a merge. `due`: who changes by time alone, and when. */
  customers: {
    partitionKey: 'customer',
    stream: 'KEYS_ONLY',
    indexes: { due: { partitionKey: 'dueShard', sortKey: 'dueAt', projection: 'KEYS_ONLY' } },
  },
  /**
   * What was sent lately to a customer, `customer#id`; what an address itself has said, and what bars it, `address#key`;
   * what a customer did lately, `behaviour#id`, which alone expires.
   */
  contacts: { partitionKey: 'contact', expiry: 'expiresAt' },
  /**
   * Every message to a customer as a state machine, and what waits beside it: enrolments in journeys (`#journey#occurrence`)
   * and the next moment of a campaign (customer `campaign#id`). `due`: what waits for its minute, or for its sender's lease
   * to end. `byOrigin`: all messages of one campaign or journey, `type#id#shard`, with what its report counts. `byLink`: text
   * messages by the name that their links carry.
   */
  touches: {
    partitionKey: 'customer',
    sortKey: 'touch',
    indexes: {
      due: { partitionKey: 'dueShard', sortKey: 'dueAt', projection: 'KEYS_ONLY' },
      byOrigin: { partitionKey: 'originShard', sortKey: 'customer', projection: { include: ['brief'] } },
      byLink: { partitionKey: 'linkName', sortKey: 'customer', projection: 'KEYS_ONLY' },
    },
  },
  /**
   * Coupons: what was issued to a customer, `customer` and `coupon#cause`; the pool of one, `pool#coupon#shard`; who holds a
   * code, `code#CODE`; counts, `tally#coupon#shard`; which codes an order used, `order#ref`.
   */
  ledger: { partitionKey: 'holder', sortKey: 'entry' },
  /** Keyed hash of an identity -> customer. */
  identities: { partitionKey: 'identity' },
  /** Stage changes, `month#shard` and `day#cause`. */
  migrations: { partitionKey: 'monthShard', sortKey: 'entry' },
  /** Everything that is one per workspace or few: shops, settings, keys, audit, parked events, runs. */
  workspace: { partitionKey: 'kind', sortKey: 'id', expiry: 'expiresAt' },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof tables;
