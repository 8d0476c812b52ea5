import { amountBound } from './amount-bound.ts';
import { type Bind, bindAll, type SqlValue } from './bound-values.ts';
import { noSuchOp } from './ordered-predicates.ts';
import { flagIn, listIn, numberIn, textIn, textsIn } from './read-operand.ts';
import type { Condition } from './rule.ts';

/**
 * Conditions on SQL expressions that are NULL where the value is missing. Each gives true or false, never NULL, so that
 * `not` is the plain complement (DOMAIN 6).
 */

const signs: Partial<Record<Condition['op'], string>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  before: '<',
  after: '>',
};

function signOf(op: Condition['op']): string {
  const sign = signs[op];
  if (sign === undefined) throw noSuchOp(op);
  return sign;
}

export function presenceSql(value: string, condition: Condition): string {
  return `(${value} IS ${flagIn(condition) ? 'NOT ' : ''}NULL)`;
}

/**
 * A condition on a number, a day or a word.
 * @param read what stands for the condition's value in the column: the number of a day
 */
export function plainSql(
  value: string,
  condition: Condition,
  bind: Bind,
  read: (operand: unknown) => SqlValue = (operand) => operand as SqlValue,
): string {
  const { op } = condition;
  const one = () => bind(read(condition.value));
  const list = () => bindAll(listIn(condition).map(read), bind);
  switch (op) {
    case 'exists':
      return presenceSql(value, condition);
    case 'eq':
      return `((${value} = ${one()}) IS TRUE)`;
    case 'ne':
      return `((${value} = ${one()}) IS NOT TRUE)`;
    case 'in':
      return `((${value} IN (${list()})) IS TRUE)`;
    case 'notIn':
      return `((${value} IN (${list()})) IS NOT TRUE)`;
    case 'between': {
      const [least, greatest] = listIn(condition).map((operand) => bind(read(operand)));
      return `((${value} BETWEEN ${least} AND ${greatest}) IS TRUE)`;
    }
    case 'contains':
      return `(contains(${value}, ${bind(textIn(condition))}) IS TRUE)`;
    default:
      return `((${value} ${signOf(op)} ${one()}) IS TRUE)`;
  }
}

/**
 * A condition on `total / count`, in minor units, NULL where it is missing. By cross-multiplication of whole numbers, so
 * that nothing is rounded.
 */
export function amountSql(total: string, count: string, condition: Condition, currency: string, bind: Bind): string {
  const { op } = condition;
  const compare = (sign: string, text: unknown) => {
    const { numerator, denominator } = amountBound(String(text), currency);
    const right = `${bind(BigInt(numerator))}::HUGEINT * ${count}`;
    return `(${total}::HUGEINT * ${bind(denominator)} ${sign} ${right})`;
  };
  const anyOf = () => listIn(condition).map((text) => compare('=', text));
  switch (op) {
    case 'exists':
      return presenceSql(`(${total} * ${count})`, condition);
    case 'eq':
      return `(${compare('=', condition.value)} IS TRUE)`;
    case 'ne':
      return `(${compare('=', condition.value)} IS NOT TRUE)`;
    case 'in':
      return `((${anyOf().join(' OR ')}) IS TRUE)`;
    case 'notIn':
      return `((${anyOf().join(' OR ')}) IS NOT TRUE)`;
    case 'between': {
      const [least, greatest] = listIn(condition);
      return `((${compare('>=', least)} AND ${compare('<=', greatest)}) IS TRUE)`;
    }
    default:
      return `(${compare(signOf(op), condition.value)} IS TRUE)`;
  }
}

/** A condition on a list of words, which is never NULL; an empty one is missing. */
export function setSql(words: string, condition: Condition, bind: Bind): string {
  switch (condition.op) {
    case 'exists':
      return `((len(${words}) > 0) = ${bind(flagIn(condition))})`;
    case 'in':
      return `list_has_any(${words}, [${bindAll(textsIn(condition), bind)}])`;
    case 'notIn':
      return `(NOT list_has_any(${words}, [${bindAll(textsIn(condition), bind)}]))`;
    case 'eq':
    case 'contains':
      return `list_contains(${words}, ${bind(textIn(condition))})`;
    case 'ne':
      return `(NOT list_contains(${words}, ${bind(textIn(condition))}))`;
    default:
      throw noSuchOp(condition.op);
  }
}

/** A condition on the groups a province is in. */
export function groupSql(
  province: string,
  groups: Readonly<Record<string, readonly string[]>>,
  condition: Condition,
  bind: Bind,
): string {
  const { op } = condition;
  const names =
    op === 'exists' ? Object.keys(groups) : op === 'in' || op === 'notIn' ? textsIn(condition) : [textIn(condition)];
  const provinces = new Set(names.flatMap((name) => (Object.hasOwn(groups, name) ? (groups[name] ?? []) : [])));
  const wanted = op === 'exists' ? flagIn(condition) : op === 'eq' || op === 'in';
  if (provinces.size === 0) return String(!wanted);
  return `((${province} IN (${bindAll(provinces, bind)})) IS ${wanted ? '' : 'NOT '}TRUE)`;
}

/**
 * A condition on what was stated in whatever type: a value of another type than the condition's is as good as missing.
 * @param json a JSON value, NULL where nothing was stated
 */
export function statedSql(json: string, condition: Condition, bind: Bind): string {
  const text = `CASE WHEN json_type(${json}) = 'VARCHAR' THEN json_extract_string(${json}, '$') END`;
  const number = `CASE WHEN json_type(${json}) IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE') THEN ${json}::DOUBLE END`;
  const isOne = (asked: unknown) => {
    if (typeof asked === 'string') return `(${text}) = ${bind(asked)}`;
    if (typeof asked === 'number') return `(${number}) = ${bind(asked)}::DOUBLE`;
    return `(CASE WHEN json_type(${json}) = 'BOOLEAN' THEN ${json}::VARCHAR = 'true' END) = ${bind(asked === true)}`;
  };
  const isAny = (asked: readonly unknown[], wanted: boolean) =>
    `((${asked.map((one) => `(${isOne(one)}) IS TRUE`).join(' OR ')}) = ${wanted})`;
  switch (condition.op) {
    case 'exists':
      return presenceSql(json, condition);
    case 'eq':
    case 'ne':
      return isAny([condition.value], condition.op === 'eq');
    case 'in':
    case 'notIn':
      return isAny(listIn(condition), condition.op === 'in');
    case 'contains':
      return plainSql(`(${text})`, condition, bind);
    case 'before':
    case 'after':
      return `((${dayIn(`(${text})`)} ${signOf(condition.op)} ${bind(textIn(condition))}) IS TRUE)`;
    case 'between':
      return plainSql(`(${number})`, condition, bind);
    default:
      return `(((${number}) ${signOf(condition.op)} ${bind(numberIn(condition))}::DOUBLE) IS TRUE)`;
  }
}

/** Days as text stand in order; NULL for a text that is no day. */
function dayIn(text: string): string {
  const isDay = String.raw`regexp_full_match(${text}, '\d{4}-\d{2}-\d{2}') AND TRY_CAST(${text} AS DATE) IS NOT NULL`;
  return `(CASE WHEN ${isDay} THEN ${text} END)`;
}
