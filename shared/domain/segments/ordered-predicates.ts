import { parseDay } from '../calendar.ts';
import { type AmountBound, amountBound, sideOf } from './amount-bound.ts';
import { flagIn, listIn, numberIn, numbersIn, textIn, textsIn } from './read-operand.ts';
import type { SegmentRecord } from './record.ts';
import type { Condition } from './rule.ts';

export type SegmentPredicate = (record: SegmentRecord) => boolean;
/** NaN where the value is missing: it is below, on and above nothing, and unequal to everything (DOMAIN 6). */
export type NumberReader = (record: SegmentRecord) => number;

/** A condition on a number. */
export function numberPredicate(read: NumberReader, condition: Condition): SegmentPredicate {
  switch (condition.op) {
    case 'in':
    case 'notIn':
    case 'between':
      return listPredicate(read, condition.op, numbersIn(condition));
    case 'exists':
      return presence(read, flagIn(condition));
    default:
      return comparison(read, condition.op, numberIn(condition));
  }
}

/** A condition on a day: days are numbers. */
export function dayPredicate(read: NumberReader, condition: Condition): SegmentPredicate {
  switch (condition.op) {
    case 'in':
    case 'notIn':
    case 'between':
      return listPredicate(read, condition.op, textsIn(condition).map(dayNumber));
    case 'exists':
      return presence(read, flagIn(condition));
    default:
      return comparison(read, condition.op, dayNumber(textIn(condition)));
  }
}

export function dayNumber(text: string): number {
  return parseDay(text) ?? Number.NaN;
}

function presence(read: NumberReader, wanted: boolean): SegmentPredicate {
  return (record) => !Number.isNaN(read(record)) === wanted;
}

function comparison(read: NumberReader, op: Condition['op'], bound: number): SegmentPredicate {
  switch (op) {
    case 'eq':
      return (record) => read(record) === bound;
    case 'ne':
      return (record) => read(record) !== bound;
    case 'gt':
    case 'after':
      return (record) => read(record) > bound;
    case 'gte':
      return (record) => read(record) >= bound;
    case 'lt':
    case 'before':
      return (record) => read(record) < bound;
    case 'lte':
      return (record) => read(record) <= bound;
    default:
      throw noSuchOp(op);
  }
}

function listPredicate(read: NumberReader, op: 'in' | 'notIn' | 'between', list: readonly number[]): SegmentPredicate {
  if (op === 'between') {
    const [least = Number.NaN, greatest = Number.NaN] = list;
    return (record) => {
      const value = read(record);
      return value >= least && value <= greatest;
    };
  }
  const values = new Set(list);
  const wanted = op === 'in';
  return (record) => values.has(read(record)) === wanted;
}

/** An amount as a quotient: a plain one has a count of 1, an average that of its purchases (NaN where there is none). */
export interface AmountReader {
  readonly total: NumberReader;
  readonly count: NumberReader;
}

/** A condition on an amount, exactly, whatever the decimals of its bound and of the average. */
export function amountPredicate(read: AmountReader, condition: Condition, currency: string): SegmentPredicate {
  const { op } = condition;
  const boundOf = (text: unknown) => amountBound(String(text), currency);
  const side = (bound: AmountBound): NumberReader => {
    return (record) => sideOf(read.total(record), read.count(record), bound);
  };
  if (op === 'exists') return presence((record) => read.total(record) * read.count(record), flagIn(condition));
  if (op === 'in' || op === 'notIn') return amountInList(read, listIn(condition).map(boundOf), op === 'in');
  if (op !== 'between') return comparison(side(boundOf(condition.value)), op, 0);
  const [least, greatest] = listIn(condition).map((text) => side(boundOf(text)));
  return (record) => !!least && !!greatest && least(record) >= 0 && greatest(record) <= 0;
}

function amountInList(read: AmountReader, bounds: readonly AmountBound[], wanted: boolean): SegmentPredicate {
  return (record) => {
    const total = read.total(record);
    const count = read.count(record);
    for (const bound of bounds) if (sideOf(total, count, bound) === 0) return wanted;
    return !wanted;
  };
}

export function noSuchOp(op: Condition['op']): Error {
  return new TypeError(`no such op here: ${op}; a rule must pass its schema before it is compiled`);
}
