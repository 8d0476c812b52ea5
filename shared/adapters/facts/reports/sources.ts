import { stages } from '../../../domain/life-cycle/stage.ts';
import type { Bind } from '../../../domain/segments/bound-values.ts';
import { membersSql } from '../preview-segment.ts';
import type { Asked, Column } from './definition.ts';

/** Parts of statements that reports share. */

/** A day's month as one number: year * 12 + month - 1. */
export function monthOf(day: string): string {
  const date = `(DATE '1970-01-01' + ${day})`;
  return `(year(${date}) * 12 + month(${date}) - 1)`;
}

/** First day of such a month. */
export function firstDayOf(month: string): string {
  return `date_diff('day', DATE '1970-01-01', make_date(${month} // 12, ${month} % 12 + 1, 1))`;
}

export function isMember(id: string, { segment, rules }: Asked, bind: Bind): string[] {
  return segment === undefined ? [] : [`${id} IN (${membersSql(segment, rules, bind)})`];
}

export function ofShop(shop: string, asked: Asked, bind: Bind): string[] {
  return asked.shop === undefined ? [] : [`${shop} = ${bind(asked.shop)}`];
}

/** `true`, or the days of the period. */
export function inPeriod(day: string, { from, to }: Asked, bind: Bind): string {
  const bounds = [
    ...(from === undefined ? [] : [`${day} >= ${bind(from)}`]),
    ...(to === undefined ? [] : [`${day} <= ${bind(to)}`]),
  ];
  return bounds.length === 0 ? 'true' : `(${bounds.join(' AND ')})`;
}

/** `known`: every purchase of the shop and the segment up to the as-of moment. */
export function knownPurchases(asked: Asked, bind: Bind): string {
  const where = [`p.paidAt <= ${bind(asked.asOf)}`, ...ofShop('p.shop', asked, bind), ...isMember('p.id', asked, bind)];
  return `known AS (SELECT p.id, p.paidAt, p.day, p.amount FROM purchases p WHERE ${where.join(' AND ')})`;
}

/** `bought`: those of the period, with the column they are counted apart by. */
export function boughtInPeriod(asked: Asked, bind: Bind): string {
  return `${knownPurchases(asked, bind)}, bought AS (SELECT k.id, k.day, k.amount${groupColumn(asked, 'k.day')} FROM known k
    ${groupJoin(asked, 'k.id')} WHERE ${inPeriod('k.day', asked, bind)})`;
}

/** `buyers`: one row per customer who bought in the period (and per group), with number and amount of the purchases. */
export function buyersOfPeriod(asked: Asked, bind: Bind): string {
  return `${boughtInPeriod(asked, bind)}, buyers AS (SELECT id${listed(asked)}, count(*) AS orders, sum(amount) AS amount
    FROM bought GROUP BY ALL)`;
}

/** `customers` known by the as-of moment: to the shop, if one is asked for, by an order placed or paid there. */
export function knownCustomers(asked: Asked, bind: Bind): string {
  const asOf = bind(asked.asOf);
  const orders = `SELECT o.id FROM orders o WHERE coalesce(least(o.createdAt, o.paidAt), 0) <= ${asOf}`;
  const where = [
    asked.shop === undefined
      ? `coalesce(c.knownSince, 0) <= ${asOf}`
      : `c.id IN (${orders} AND o.shop = ${bind(asked.shop)} AND o.id IS NOT NULL)`,
    ...isMember('c.id', asked, bind),
  ];
  return `people AS (SELECT c.id, c.tier FROM customers c WHERE ${where.join(' AND ')})`;
}

/** Orders of the shop and the segment that are no tests. */
export function ordersAsked(asked: Asked, bind: Bind): string {
  return ['NOT o.test', ...ofShop('o.shop', asked, bind), ...isMember('o.id', asked, bind)].join(' AND ');
}

/** Orders that are purchases now, with or without a customer, paid in the period up to the as-of moment. */
export function soldInPeriod(asked: Asked, bind: Bind): string {
  const paid = `o.paid AND o.status <> 'refunded' AND o.paidAt <= ${bind(asked.asOf)}`;
  return `${paid} AND ${inPeriod('o.paidDay', asked, bind)} AND ${ordersAsked(asked, bind)}`;
}

export const netAmount = 'greatest(o.total - coalesce(o.refunded, 0), 0)';

/** `, c.tier AS grp`, or nothing where rows are not counted apart. */
export function groupColumn({ by }: Asked, day: string): string {
  if (by === undefined) return '';
  return by === 'month' ? `, ${monthOf(day)} AS grp` : `, c.${by} AS grp`;
}

export function groupJoin({ by }: Asked, id: string): string {
  return by === 'stage' || by === 'tier' ? `LEFT JOIN customers c ON c.id = ${id}` : '';
}

/** `, grp`, or nothing. */
export function listed({ by }: Asked): string {
  return by === undefined ? '' : ', grp';
}

/** `grp, `, or nothing. */
export function leading({ by }: Asked): string {
  return by === undefined ? '' : 'grp, ';
}

export const stageOrder = (stage: string) => `list_position([${stages.map((one) => `'${one}'`).join(', ')}], ${stage})`;

/** Groups in the order of the stages, the months or the tiers' names, who has none last. */
export function inOrder({ by }: Asked): string {
  if (by === undefined) return '';
  return `GROUP BY grp ORDER BY ${by === 'stage' ? stageOrder('grp') : 'grp'} NULLS LAST`;
}

export function groupColumns({ by }: Asked): Column[] {
  return by === undefined ? [] : [{ name: by, type: by === 'month' ? 'month' : 'text' }];
}
