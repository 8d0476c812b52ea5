import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { FactKind } from '../../shared/contracts/facts.ts';

/** The as-of day of generated facts, and its last moment in UTC. */
export const generatedDay = 20_780;
export const generatedAsOf = (generatedDay + 1) * 86_400_000 - 1;

export interface Size {
  readonly customers: number;
  readonly purchases: number;
}

const stages = `['prospect','new_once','new_repeat','returning_once','returning_repeat','silent','sleeping','lost']`;
const provinces = `['Shanghai','Guangdong','Beijing','Zhejiang','Jiangsu','Sichuan','Hubei','Fujian']`;
const moment = 'day::BIGINT * 86400000 + draw(i, 6) % 80000000';

/**
 * Facts of a shop of this size, the same every time: three years, a few customers buying most, two lines a purchase. What
 * a customer bought lies together, as the census writes it; orders lie in no order.
 */
export async function generateFacts(folder: string, { customers, purchases }: Size): Promise<void> {
  const settings = { threads: '2', memory_limit: '2GB', temp_directory: join(folder, 'temporary') };
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connection = await instance.connect();
  const write = async (kind: FactKind, sql: string) => {
    mkdirSync(join(folder, kind), { recursive: true });
    await connection.run(`COPY (${sql}) TO '${join(folder, kind, '0.parquet')}' (FORMAT parquet, COMPRESSION snappy)`);
  };
  await connection.run('CREATE MACRO draw(x, salt) AS (hash(x, salt) >> 1)::BIGINT');
  await connection.run(`CREATE MACRO named(x) AS '01' || substr(md5(x::VARCHAR), 1, 24)`);
  await connection.run(`CREATE MACRO one(list, number) AS list[1 + number % len(list)]`);
  await connection.run(
    `CREATE TABLE bought AS SELECT i, (pow((draw(i, 1) % 1000000) / 1000000.0, 2) * ${customers})::INTEGER % ${customers} AS
      buyer, 's' || draw(i, 2) % 3 AS shop, ${generatedDay} - (draw(i, 3) % 1095)::INTEGER AS day,
      draw(i, 4) % 50000 AS amount, 1 + (draw(i, 5) % 4)::INTEGER AS items FROM range(${purchases}) t(i)`,
  );
  await write('customers', customersSql(customers));
  await write(
    'purchases',
    `SELECT named(buyer) AS customer, shop, 'o' || i AS "order", ${moment} AS "paidAt", day, amount, items FROM bought
      ORDER BY buyer`,
  );
  await write(
    'lines',
    `SELECT named(buyer) AS customer, ${moment} AS "paidAt", day, 'product-' || draw(i, 70 + k) % 2000 AS product,
      'sku-' || draw(i, 70 + k) % 5000 AS sku, 'category ' || draw(i, 70 + k) % 40 AS category, amount // 2 AS amount
      FROM bought, range(2) r(k) ORDER BY buyer`,
  );
  await write('orders', ordersSql(purchases));
  await write(
    'refunds',
    `SELECT named(buyer) AS customer, shop, 'o' || i AS "order", 'r1' AS refund, 'product-' || draw(i, 70) % 2000 AS product,
      ${moment} AS "at", day, amount // 2 AS amount, one(['size', 'damaged', 'late'], draw(i, 30)) AS reason,
      'success' AS status FROM bought WHERE i % 20 = 0`,
  );
  await write(
    'cases',
    `SELECT named(buyer) AS customer, 'c' || i AS "case", shop, 'o' || i AS "order", 'product-' || draw(i, 70) % 2000 AS product,
      one(['complaint', 'return', 'review'], draw(i, 31)) AS kind, one(['size', 'late', NULL], draw(i, 32)) AS reason,
      ${moment} AS "openedAt", day FROM bought WHERE i % 100 = 0`,
  );
  await write('touches', touchesSql(customers));
  connection.closeSync();
  instance.closeSync();
}

function customersSql(customers: number): string {
  const score = (name: string, salt: number) => `1 + (draw(i, ${salt}) % 5)::INTEGER AS "rfm${name}"`;
  return `SELECT named(i) AS customer, (${generatedDay} - 1200)::BIGINT * 86400000 AS "knownSince",
    one(${stages}, draw(i, 1)) AS stage, ${generatedDay} - 30 AS "stageSince", 'CN' AS country,
    one(${provinces}, draw(i, 2)) AS province, 'city' || draw(i, 3) % 200 AS city,
    one(['male', 'female', NULL], draw(i, 4)) AS gender,
    (19500000 + draw(i, 5) % 50 * 10000 + (1 + draw(i, 6) % 12) * 100 + 1 + draw(i, 7) % 28)::INTEGER AS birthday,
    one(['nurse', 'teacher', NULL], draw(i, 21)) AS occupation, (draw(i, 8) % 5)::VARCHAR AS credit,
    '{"size":"' || one(['S', 'M', 'L'], draw(i, 9)) || '","children":' || draw(i, 10) % 4 || '}' AS attributes,
    one(['regular', 'senior', 'vip', 'supreme'], draw(i, 11)) AS tier, draw(i, 12) % 3000 AS points,
    one(['[]', '["tea"]', '["tea","gift"]'], draw(i, 13)) AS tags, ${score('R', 14)}, ${score('F', 15)}, ${score('M', 16)},
    'key_value' AS "rfmGroup", '["s' || draw(i, 17) % 3 || '"]' AS shops,
    one(['granted', 'denied', NULL], draw(i, 18)) AS "consentSms",
    one(['granted', 'denied', NULL], draw(i, 19)) AS "consentEmail", md5('s' || i) AS "smsKey", md5('e' || i) AS "emailKey",
    (draw(i, 20) % 1000 / 1000.0)::DOUBLE AS alive, 1.5::DOUBLE AS "expectedPurchases", 12000::BIGINT AS "predictedValue",
    ${generatedDay} + 20 AS "nextAt" FROM range(${customers}) t(i)`;
}

/** One message a customer, of a year; half of them reported. */
function touchesSql(customers: number): string {
  const day = `${generatedDay} - (draw(i, 40) % 365)::INTEGER`;
  const sentAt = `(${day})::BIGINT * 86400000 + draw(i, 41) % 80000000`;
  return `SELECT named(i) AS customer, md5('t' || i) || '-sms' AS touch, 'turned-silent' AS origin, 'sms' AS channel,
    'promotional' AS class, 'sent' AS state, ${sentAt} AS "sentAt",
    CASE WHEN i % 2 = 0 THEN ${sentAt} + 1000 END AS "deliveredAt", NULL::BIGINT AS "bouncedAt",
    NULL::BIGINT AS "openedAt", NULL::BIGINT AS "clickedAt", NULL::BIGINT AS "unsubscribedAt", 'only' AS step,
    'come-back' AS template, NULL::VARCHAR AS variant, NULL::VARCHAR AS coupon, 1::INTEGER AS parts, 45000::BIGINT AS cost,
    (i % 50 = 0)::INTEGER AS "creditedOrders", ((i % 50 = 0)::BIGINT * 9900) AS "creditedAmount", ${day} AS day FROM range(${customers}) t(i)`;
}

/** One more unpaid order for every ten purchases; one in fifty has no customer. */
function ordersSql(purchases: number): string {
  const unpaid = `SELECT i + ${purchases} AS i, buyer, shop, day, amount, false AS paid FROM bought WHERE i % 10 = 0`;
  return `SELECT CASE WHEN draw(i, 9) % 50 > 0 THEN named(buyer) END AS customer, shop, 'o' || i AS "order",
    ${moment} AS "createdAt", day AS "createdDay", CASE WHEN paid THEN ${moment} END AS "paidAt",
    CASE WHEN paid THEN day END AS "paidDay", paid, CASE WHEN paid THEN 'completed' ELSE 'created' END AS status,
    amount AS total, 0::BIGINT AS refunded, false AS test, 'CN' AS country, one(${provinces}, draw(buyer, 2)) AS province,
    'city' || draw(buyer, 3) % 200 AS city, (draw(i, 6) % 24)::INTEGER AS "localHour",
    1 + (draw(i, 3) % 7)::INTEGER AS weekday, 'web' AS channel, 'alipay' AS "paymentMethod"
    FROM (SELECT i, buyer, shop, day, amount, true AS paid FROM bought UNION ALL ${unpaid})`;
}
