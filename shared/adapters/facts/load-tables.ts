import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type FactKind, type FactType, factColumns } from '../../contracts/facts.ts';

/** A statement with its values, by name. */
export type Run = (sql: string, values?: Record<string, string | number | bigint>) => Promise<unknown>;

const sqlTypes: Readonly<Record<FactType, string>> = {
  instant: 'BIGINT',
  day: 'INTEGER',
  int: 'INTEGER',
  long: 'BIGINT',
  double: 'DOUBLE',
  amount: 'BIGINT',
  flag: 'BOOLEAN',
  text: 'VARCHAR',
  json: 'VARCHAR',
};

/** Columns that tell one row from another; lines have none and are only asked whether they are there. */
const keys: Readonly<Record<FactKind, readonly string[]>> = {
  customers: ['customer'],
  purchases: ['shop', 'order'],
  lines: [],
  orders: ['shop', 'order'],
  refunds: ['shop', 'order', 'refund', 'product'],
  cases: ['case'],
  touches: ['customer', 'touch'],
};

function quoted(name: string): string {
  return `"${name}"`;
}

/**
 * The files of a kind as a view `<kind>_files` with the columns of the contract, one row per key; a kind without files is
 * an empty one. Which of two rows with one key is kept does not depend on the order of the files.
 */
async function viewFiles(
  folder: string,
  kind: FactKind,
  run: Run,
  count: (sql: string) => Promise<number>,
): Promise<string> {
  const columns = Object.entries<FactType>(factColumns[kind]);
  const name = `${kind}_files`;
  if (!existsSync(join(folder, kind))) {
    const empty = columns.map(([column, type]) => `NULL::${sqlTypes[type]} AS ${quoted(column)}`);
    await run(`CREATE VIEW ${name} AS SELECT ${empty.join(', ')} WHERE false`);
    return name;
  }
  const typed = columns.map(([column, type]) => `${quoted(column)}::${sqlTypes[type]} AS ${quoted(column)}`);
  const path = join(folder, kind, '*.parquet').replaceAll("'", "''");
  await run(`CREATE VIEW ${name} AS SELECT ${typed.join(', ')} FROM read_parquet('${path}')`);
  return (await hasTwins(kind, name, count)) ? keepOneOfTwins(kind, name, run) : name;
}

/** By hashes: two keys with one hash only cost a needless look, never a row. */
async function hasTwins(kind: FactKind, view: string, count: (sql: string) => Promise<number>): Promise<boolean> {
  const key = keys[kind].map(quoted).join(', ');
  return key !== '' && (await count(`SELECT count(*) - count(DISTINCT hash(${key})) FROM ${view}`)) > 0;
}

async function keepOneOfTwins(kind: FactKind, view: string, run: Run): Promise<string> {
  const key = keys[kind].map(quoted).join(', ');
  const all = Object.keys(factColumns[kind]).map(quoted).join(', ');
  const once = `${kind}_once`;
  await run(
    `CREATE TEMP TABLE ${once} AS SELECT * FROM ${view} QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY ${all}) = 1`,
  );
  return once;
}

export interface Loading {
  readonly folder: string;
  /** What lies after it is left out (DOMAIN 1). */
  readonly asOf: number;
  readonly run: Run;
  readonly count: (sql: string) => Promise<number>;
}

/**
 * Loads the table of a kind. Customers get a number, `id`, by which the other tables name them: strings of 26 characters
 * in every row would not fit into memory. `customers` also has what all their purchases amount to, so that most rules read
 * nothing else.
 */
export const loaders: Readonly<Record<FactKind, (loading: Loading) => Promise<void>>> = {
  async purchases({ folder, asOf, run, count }) {
    const people = await viewFiles(folder, 'customers', run, count);
    await run(`CREATE TABLE ids AS SELECT customer FROM ${people}`);
    await run('CREATE TABLE gone (customer VARCHAR)');
    const files = await viewFiles(folder, 'purchases', run, count);
    await run(
      `CREATE TABLE purchases AS SELECT ids.rowid::INTEGER AS id, p.shop, p.paidAt, p.day, p.amount, p.items FROM ${files} p
        JOIN ids USING (customer) WHERE p.paidAt <= $asOf`,
      { asOf },
    );
    await forget('purchases', run);
    await run(
      `CREATE TABLE totals AS SELECT id, count(*) AS purchases, sum(amount) AS total, sum(items) AS pieces,
        min(day) AS firstDay, max(day) AS lastDay FROM purchases GROUP BY id`,
    );
  },
  async customers({ run, count }) {
    const files = (await isThere('customers_once', count)) ? 'customers_once' : 'customers_files';
    const words = (column: string) => `coalesce(f.${column}::JSON::VARCHAR[], []) AS ${column}`;
    const reachable = (channel: string) =>
      `(f.consent${channel} = 'granted' AND f.${channel}Key IS NOT NULL) IS TRUE AS reachable${channel}`;
    const consent = (channel: string) => `coalesce(f.consent${channel}, 'unknown') AS consent${channel}`;
    const sum = (name: string) => `coalesce(t.${name}, 0) AS ${name}`;
    await run(
      `CREATE TABLE customers AS SELECT ids.rowid::INTEGER AS id, f.customer, f.knownSince, f.stage, f.stageSince, f.country,
        f.province, f.city, f.gender, f.birthday, f.occupation, f.credit, f.attributes, f.tier, coalesce(f.points, 0) AS points,
        ${words('tags')}, f.rfmR, f.rfmF, f.rfmM, f.rfmGroup, ${words('shops')}, ${consent('Sms')}, ${consent('Email')},
        ${reachable('Sms')}, ${reachable('Email')}, f.alive, f.expectedPurchases, f.predictedValue, f.nextAt,
        ${sum('purchases')}, ${sum('total')}, ${sum('pieces')}, t.firstDay, t.lastDay
        FROM ${files} f JOIN ids USING (customer) LEFT JOIN totals t ON t.id = ids.rowid`,
    );
    await run('DROP TABLE totals');
    await forget('customers', run);
  },
  /** Few of the many lines are asked for: they are looked up in the files, where equal words lie together. */
  async lines({ folder, asOf, run, count }) {
    const files = await viewFiles(folder, 'lines', run, count);
    await run(
      `CREATE VIEW lines AS SELECT ids.rowid::INTEGER AS id, l.day, l.product, l.sku, l.category FROM ${files} l
        JOIN ids USING (customer) WHERE l.paidAt <= ${Math.trunc(asOf)}`,
    );
  },
  async orders({ folder, asOf, run, count }) {
    const files = await viewFiles(folder, 'orders', run, count);
    await run(
      `CREATE TABLE orders AS SELECT ids.rowid::INTEGER AS id, o.shop, o."order" AS ref, o.createdAt, o.createdDay, o.paidAt,
        o.paidDay, o.paid, o.status, o.total, o.refunded, coalesce(o.test, false) AS test, o.province, o.localHour, o.weekday
        FROM ${files} o LEFT JOIN ids USING (customer) WHERE coalesce(least(o.createdAt, o.paidAt), 0) <= $asOf`,
      { asOf },
    );
    await forget('orders', run);
  },
  async refunds({ folder, asOf, run, count }) {
    const files = await viewFiles(folder, 'refunds', run, count);
    await run(
      `CREATE TABLE refunds AS SELECT ids.rowid::INTEGER AS id, r.shop, r."order" AS ref, r.refund, r.product, r.amount,
        CASE WHEN r.customer IN (SELECT customer FROM gone) THEN NULL ELSE r.reason END AS reason, r.status FROM ${files} r
        LEFT JOIN ids USING (customer) WHERE r."at" <= $asOf`,
      { asOf },
    );
    await forget('refunds', run);
  },
  async cases({ folder, asOf, run, count }) {
    const files = await viewFiles(folder, 'cases', run, count);
    await run(
      `CREATE TABLE cases AS SELECT ids.rowid::INTEGER AS id, c.shop, c."order" AS ref, c.product, c.reason, c.openedAt, c.day
        FROM ${files} c LEFT JOIN ids USING (customer) WHERE c.openedAt <= $asOf AND c.customer NOT IN (SELECT customer FROM gone)`,
      { asOf },
    );
    await run(
      `INSERT INTO cases SELECT NULL, NULL, NULL, c.product, 'erased', c.openedAt, c.day FROM ${files} c
        WHERE c.openedAt <= $asOf AND c.customer IN (SELECT customer FROM gone)`,
      { asOf },
    );
    await forget('cases', run);
  },
  /** `messages`: all that went out; `touches`: those that reached their customer, delivered, or sent where nothing is reported. */
  async touches({ folder, asOf, run, count }) {
    const files = await viewFiles(folder, 'touches', run, count);
    await run(
      `CREATE TABLE messages AS SELECT ids.rowid::INTEGER AS id, t.origin AS campaign, t.template, t.channel, t.coupon, t.parts, t.cost,
        t.sentAt, t.deliveredAt, t.bouncedAt, t.openedAt, t.clickedAt, t.unsubscribedAt, t.creditedOrders, t.creditedAmount, t.day
        FROM ${files} t JOIN ids USING (customer) WHERE coalesce(t.deliveredAt, t.sentAt) <= $asOf`,
      { asOf },
    );
    await run(
      `CREATE VIEW touches AS SELECT id, campaign, coalesce(deliveredAt, sentAt) AS "at", day FROM messages WHERE bouncedAt IS NULL`,
    );
    await forget('touches', run);
  },
};

async function isThere(table: string, count: Loading['count']): Promise<boolean> {
  return (await count(`SELECT count(*) FROM duckdb_tables() WHERE table_name = '${table}'`)) > 0;
}

async function forget(kind: FactKind, run: Run): Promise<void> {
  await run(`DROP TABLE IF EXISTS ${kind}_once`);
}

/** What has to be there before a kind can be loaded. */
export const loadedBefore: Readonly<Record<FactKind, readonly FactKind[]>> = {
  purchases: [],
  customers: ['purchases'],
  lines: ['purchases'],
  orders: ['purchases'],
  refunds: ['purchases'],
  cases: ['purchases'],
  touches: ['purchases'],
};

/** Whose files are read for a kind for the first time. */
export const filesOf: Readonly<Record<FactKind, readonly FactKind[]>> = {
  purchases: ['customers', 'purchases'],
  customers: [],
  lines: ['lines'],
  orders: ['orders'],
  refunds: ['refunds'],
  cases: ['cases'],
  touches: ['touches'],
};

/**
 * Takes customers out of every table that is loaded, and out of `ids`, so that none loaded later names them. Their orders
 * and cases stay, of nobody and without what was written. Rows of `ids` stay too: their places are the numbers of the others.
 * Purchases, and with them `ids`, have to be loaded.
 */
export async function forgetCustomers(
  customers: readonly string[],
  run: Run,
  isLoaded: (kind: FactKind) => boolean,
): Promise<void> {
  const values = { gone: JSON.stringify(customers) };
  const named = 'customer IN (SELECT unnest($gone::JSON::VARCHAR[]))';
  const theirs = `id IN (SELECT rowid FROM ids WHERE ${named})`;
  await run(`DELETE FROM purchases WHERE ${theirs}`, values);
  if (isLoaded('customers')) await run(`DELETE FROM customers WHERE ${theirs}`, values);
  if (isLoaded('touches')) await run(`DELETE FROM messages WHERE ${theirs}`, values);
  if (isLoaded('orders')) await run(`UPDATE orders SET id = NULL WHERE ${theirs}`, values);
  if (isLoaded('refunds')) await run(`UPDATE refunds SET id = NULL, reason = NULL WHERE ${theirs}`, values);
  if (isLoaded('cases')) {
    await run(`UPDATE cases SET id = NULL, shop = NULL, ref = NULL, reason = 'erased' WHERE ${theirs}`, values);
  }
  await run('INSERT INTO gone SELECT unnest($gone::JSON::VARCHAR[])', values);
  await run(`UPDATE ids SET customer = NULL WHERE ${named}`, values);
}
