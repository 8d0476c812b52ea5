import type { Statement } from '../customers/statements.ts';
import { dayNumber, noSuchOp, type SegmentPredicate } from './ordered-predicates.ts';
import { flagIn, listIn, numberIn, numbersIn, textIn, textsIn } from './read-operand.ts';
import type { SegmentRecord } from './record.ts';
import type { Condition } from './rule.ts';

export type TextReader = (record: SegmentRecord) => string | undefined;
export type FlagReader = (record: SegmentRecord) => boolean;
export type WordsReader = (record: SegmentRecord) => readonly string[];
export type StatementReader = (record: SegmentRecord) => Statement | undefined;

/** A condition on one word. */
export function textPredicate(read: TextReader, condition: Condition): SegmentPredicate {
  switch (condition.op) {
    case 'contains': {
      const part = textIn(condition);
      return (record) => read(record)?.includes(part) === true;
    }
    case 'in':
    case 'notIn':
      return membership(read, new Set(textsIn(condition)), condition.op === 'in');
    default:
      return equality(read, condition, condition.op === 'exists' ? flagIn(condition) : textIn(condition));
  }
}

/** A condition on whatever type was stated: a value of another type than the condition's is as good as missing. */
export function statedPredicate(read: StatementReader, condition: Condition): SegmentPredicate {
  switch (condition.op) {
    case 'contains':
      return textPredicate((record) => textual(read(record)), condition);
    case 'in':
    case 'notIn':
      return membership(read, new Set(listIn(condition)), condition.op === 'in');
    case 'before':
    case 'after':
      return stringDay(read, condition.op, dayNumber(textIn(condition)));
    case 'eq':
    case 'ne':
    case 'exists':
      return equality(read, condition, condition.value);
    default:
      return numeric(read, condition);
  }
}

function textual(value: Statement | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function stringDay(read: StatementReader, op: 'before' | 'after', bound: number): SegmentPredicate {
  return (record) => {
    const stated = dayNumber(textual(read(record)) ?? '');
    return op === 'before' ? stated < bound : stated > bound;
  };
}

function numeric(read: StatementReader, condition: Condition): SegmentPredicate {
  const test = numericTest(condition);
  return (record) => {
    const value = read(record);
    return typeof value === 'number' && test(value);
  };
}

function numericTest(condition: Condition): (value: number) => boolean {
  if (condition.op === 'between') {
    const [least = Number.NaN, greatest = Number.NaN] = numbersIn(condition);
    return (value) => value >= least && value <= greatest;
  }
  const bound = numberIn(condition);
  switch (condition.op) {
    case 'gt':
      return (value) => value > bound;
    case 'gte':
      return (value) => value >= bound;
    case 'lt':
      return (value) => value < bound;
    case 'lte':
      return (value) => value <= bound;
    default:
      throw noSuchOp(condition.op);
  }
}

/** eq, ne and exists, where undefined is missing. */
function equality(read: StatementReader, { op }: Condition, value: unknown): SegmentPredicate {
  switch (op) {
    case 'eq':
      return (record) => read(record) === value;
    case 'ne':
      return (record) => read(record) !== value;
    case 'exists':
      return (record) => (read(record) !== undefined) === value;
    default:
      throw noSuchOp(op);
  }
}

function membership(read: StatementReader, values: ReadonlySet<unknown>, wanted: boolean): SegmentPredicate {
  return (record) => values.has(read(record)) === wanted;
}

export function flagPredicate(read: FlagReader, condition: Condition): SegmentPredicate {
  return equality(read, condition, flagIn(condition));
}

/** A condition on a set of words: `eq` and `contains` ask for one of them, `in` for any. */
export function setPredicate(read: WordsReader, condition: Condition): SegmentPredicate {
  switch (condition.op) {
    case 'exists': {
      const wanted = flagIn(condition);
      return (record) => read(record).length > 0 === wanted;
    }
    case 'in':
      return hasAny(read, new Set(textsIn(condition)), true);
    case 'notIn':
      return hasAny(read, new Set(textsIn(condition)), false);
    case 'eq':
    case 'contains':
      return has(read, textIn(condition), true);
    case 'ne':
      return has(read, textIn(condition), false);
    default:
      throw noSuchOp(condition.op);
  }
}

function has(read: WordsReader, word: string, wanted: boolean): SegmentPredicate {
  return (record) => read(record).includes(word) === wanted;
}

function hasAny(read: WordsReader, words: ReadonlySet<string>, wanted: boolean): SegmentPredicate {
  return (record) => {
    for (const word of read(record)) if (words.has(word)) return wanted;
    return !wanted;
  };
}

/** A condition on the groups a province is in; one that no group has is in none. */
export function groupPredicate(
  groups: Readonly<Record<string, readonly string[]>>,
  condition: Condition,
): SegmentPredicate {
  const { op } = condition;
  const names =
    op === 'exists' ? Object.keys(groups) : op === 'in' || op === 'notIn' ? textsIn(condition) : [textIn(condition)];
  const provinces = new Set(names.flatMap((name) => (Object.hasOwn(groups, name) ? (groups[name] ?? []) : [])));
  const wanted = op === 'exists' ? flagIn(condition) : op === 'eq' || op === 'in';
  return membership(({ province }) => province, provinces, wanted);
}
