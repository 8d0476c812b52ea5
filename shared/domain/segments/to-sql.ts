import { dayOf } from '../calendar.ts';
import { ageDigits, birthdaysWithin } from './birthdays.ts';
import { type Bind, bindAll } from './bound-values.ts';
import { type Field, type FieldName, fieldOf } from './fields.ts';
import { dayNumber, noSuchOp } from './ordered-predicates.ts';
import { numberIn, textsIn } from './read-operand.ts';
import type { RuleContext } from './record.ts';
import { type Condition, conditionsOf, pathText, type SegmentRule, type Within } from './rule.ts';
import { amountSql, groupSql, plainSql, presenceSql, setSql, statedSql } from './sql-conditions.ts';
import { daysWithin } from './window.ts';

/** A rule asks for what facts do not hold; it can be answered on the live records only. */
export class OnlyLiveError extends Error {
  override name = 'OnlyLiveError';
  readonly fields: readonly { readonly field: string; readonly path: string }[];

  constructor(fields: readonly { readonly field: string; readonly path: string }[]) {
    super(`only live: ${fields.map(({ field, path }) => (path ? `${field} at ${path}` : field)).join(', ')}`);
    this.fields = fields;
  }
}

/** A rule as a part of a DuckDB statement over the facts. */
export interface RuleSql {
  /** `FROM` clause: customers as `c`, and what their purchases amount to within the rule's windows. */
  readonly from: string;
  /** True or false for every customer, never NULL. */
  readonly where: string;
  /** Whether the table `lines` is needed. */
  readonly needsLines: boolean;
}

/** Not in the facts: events, messages, coupons, and what identifies a person. */
const onlyLive: ReadonlySet<string> = new Set<FieldName | 'did'>([
  'did',
  'opened',
  'clicked',
  'touched',
  'coupon.used',
  'phone',
  'email',
]);

/** The conditions of a rule that facts cannot answer, with their place. */
export function conditionsOnlyLive(rule: SegmentRule): { readonly field: string; readonly path: string }[] {
  return [...conditionsOf(rule)].flatMap(({ condition: { field }, path }) =>
    onlyLive.has(fieldOf(field)?.name ?? '') ? [{ field, path: pathText(path) }] : [],
  );
}

/**
 * The rule over the tables `customers` (one row per customer: id, the columns of the facts, and purchases, total, pieces,
 * firstDay, lastDay of all their purchases), `purchases` and `lines` (by customer's id), all as of the context's moment.
 * It says of every customer what the predicate says of the record; reachable means granted and with an address, for
 * blocked addresses are not in the facts.
 * @param rule as its schema let it pass
 * @throws OnlyLiveError where facts do not have a field
 * @throws TypeError for a rule that never went through the schema
 */
export function ruleToSql(rule: SegmentRule, context: RuleContext, bind: Bind): RuleSql {
  const missing = conditionsOnlyLive(rule);
  if (missing.length > 0) throw new OnlyLiveError(missing);
  const scene: Scene = { context, bind, windows: new Map() };
  const where = nodeSql(rule, scene);
  return {
    from: ['customers c', ...[...scene.windows.values()].map(({ join }) => join)].join(' '),
    where,
    needsLines: [...conditionsOf(rule)].some(({ condition }) => condition.field.startsWith('bought.')),
  };
}

interface Scene {
  readonly context: RuleContext;
  readonly bind: Bind;
  /** Sums over the purchases of a window, by its text: conditions of one window share them. */
  readonly windows: Map<string, { readonly alias: string; readonly join: string }>;
}

function nodeSql(rule: SegmentRule, scene: Scene): string {
  if ('all' in rule) return joined(rule.all, ' AND ', scene);
  if ('any' in rule) return joined(rule.any, ' OR ', scene);
  if ('not' in rule) return `(NOT ${nodeSql(rule.not, scene)})`;
  return conditionSql(rule, scene);
}

function joined(rules: readonly SegmentRule[], word: string, scene: Scene): string {
  return `(${rules.map((child) => nodeSql(child, scene)).join(word)})`;
}

const columns: Partial<Record<FieldName, string>> = {
  id: 'c.customer',
  'orders.firstAt': 'c.firstDay',
  'orders.lastAt': 'c.lastDay',
  gender: 'c.gender',
  occupation: 'c.occupation',
  'region.country': 'c.country',
  'region.province': 'c.province',
  'region.city': 'c.city',
  credit: 'c.credit',
  stage: 'c.stage',
  stageSince: 'c.stageSince',
  'rfm.r': 'c.rfmR',
  'rfm.f': 'c.rfmF',
  'rfm.m': 'c.rfmM',
  'rfm.group': 'c.rfmGroup',
  tier: 'c.tier',
  points: 'c.points',
  tags: 'c.tags',
  shop: 'c.shops',
  'consent.sms': 'c.consentSms',
  'consent.email': 'c.consentEmail',
  'reachable.sms': 'c.reachableSms',
  'reachable.email': 'c.reachableEmail',
  'predicted.alive': 'c.alive',
  'predicted.purchases': 'c.expectedPurchases',
  'predicted.value': 'c.predictedValue',
  'predicted.nextAt': 'c.nextAt',
};

function columnOf({ name }: Field): string {
  const column = columns[name as FieldName];
  if (column === undefined) throw new TypeError('a rule must pass its schema before it is compiled');
  return column;
}

function conditionSql(condition: Condition, scene: Scene): string {
  const field = fieldOf(condition.field);
  if (!field) throw new TypeError('a rule must pass its schema before it is compiled');
  const { context, bind } = scene;
  switch (field.type) {
    case 'whole':
      return plainSql(wholeSql(field, condition, scene), condition, bind);
    case 'amount': {
      const { total, count } = amountColumns(field, condition, scene);
      return amountSql(total, count, condition, context.baseCurrency, bind);
    }
    case 'day':
      return plainSql(columnOf(field), condition, bind, (day) => dayNumber(String(day)));
    case 'set':
      return setSql(columnOf(field), condition, bind);
    case 'group':
      return groupSql('c.province', context.regionGroups, condition, bind);
    case 'stated':
      return statedSql(
        field.name === 'attr' ? `json_extract(c.attributes, ${bind(`/${field.key}`)})` : 'c.credit',
        condition,
        bind,
      );
    case 'bought':
      return boughtSql(field.name, condition, scene);
    case 'birthday':
      return birthdaySql(condition, scene);
    default:
      return plainSql(columnOf(field), condition, bind);
  }
}

function wholeSql(field: Field, condition: Condition, scene: Scene): string {
  switch (field.name) {
    case 'orders.count':
      return purchaseColumns(condition.within, scene).count;
    case 'orders.items':
      return purchaseColumns(condition.within, scene).pieces;
    case 'age': {
      const digits = scene.bind(ageDigits(today(scene)));
      return `(CASE WHEN c.birthday <= ${digits} THEN (${digits} - c.birthday) // 10000 END)`;
    }
    default:
      return columnOf(field);
  }
}

function amountColumns(field: Field, condition: Condition, scene: Scene): { total: string; count: string } {
  if (field.name === 'predicted.value') return { total: columnOf(field), count: '1' };
  const { total, count } = purchaseColumns(condition.within, scene);
  return { total, count: field.name === 'orders.average' ? `nullif(${count}, 0)` : '1' };
}

function today({ context }: Scene): number {
  return dayOf(context.asOf, context.zone);
}

/** What the purchases of a window amount to; 0 where there is none. */
function purchaseColumns(within: Within | undefined, scene: Scene): { count: string; total: string; pieces: string } {
  if (within === undefined) return { count: 'c.purchases', total: 'c.total', pieces: 'c.pieces' };
  const key = JSON.stringify(within);
  const { alias } = scene.windows.get(key) ?? addWindow(key, within, scene);
  const column = (name: string) => `coalesce(${alias}.${name}, 0)`;
  return { count: column('purchases'), total: column('total'), pieces: column('pieces') };
}

function addWindow(key: string, within: Within, scene: Scene): { alias: string; join: string } {
  const alias = `w${scene.windows.size + 1}`;
  const sums = 'count(*) AS purchases, sum(p.amount) AS total, sum(p.items) AS pieces';
  const grouped = `SELECT p.id, ${sums} FROM purchases p WHERE ${daysSql('p.day', within, scene)} GROUP BY p.id`;
  const window = { alias, join: `LEFT JOIN (${grouped}) ${alias} ON ${alias}.id = c.id` };
  scene.windows.set(key, window);
  return window;
}

function daysSql(day: string, within: Within | undefined, { context, bind }: Scene): string {
  const { from, to } = daysWithin(within, context);
  const bounds = [
    ...(Number.isFinite(from) ? [`${day} >= ${bind(from)}`] : []),
    ...(Number.isFinite(to) ? [`${day} <= ${bind(to)}`] : []),
  ];
  return bounds.length === 0 ? 'true' : bounds.join(' AND ');
}

const contents = { 'bought.product': 'l.product', 'bought.sku': 'l.sku', 'bought.category': 'l.category' } as const;

function boughtSql(name: keyof typeof contents, condition: Condition, scene: Scene): string {
  const wanted = new Set(textsIn(condition));
  const containsAny = (words: Iterable<string>) => {
    const where = `${contents[name]} IN (${bindAll(words, scene.bind)}) AND ${daysSql('l.day', condition.within, scene)}`;
    return `(c.id IN (SELECT l.id FROM lines l WHERE ${where}))`;
  };
  switch (condition.op) {
    case 'any':
      return containsAny(wanted);
    case 'none':
      return `(NOT ${containsAny(wanted)})`;
    case 'all':
      return `(${[...wanted].map((one) => containsAny([one])).join(' AND ')})`;
    default:
      throw noSuchOp(condition.op);
  }
}

function birthdaySql(condition: Condition, scene: Scene): string {
  if (condition.op === 'exists') return presenceSql('c.birthday', condition);
  if (condition.op !== 'withinDays') throw noSuchOp(condition.op);
  const near = birthdaysWithin(today(scene), numberIn(condition));
  return `((c.birthday % 10000 IN (${bindAll(near, scene.bind)})) IS TRUE)`;
}
