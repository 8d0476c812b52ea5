import type { FieldOf, FieldsOf } from './fields.ts';
import type { NumberReader, SegmentPredicate } from './ordered-predicates.ts';
import { noSuchOp } from './ordered-predicates.ts';
import { numberIn, textsIn } from './read-operand.ts';
import type { RuleContext, SegmentRecord } from './record.ts';
import type { Condition } from './rule.ts';
import { daysWithin, eventMomentsWithin, momentsWithin } from './window.ts';

/** What purchases amount to within a condition's window. Loops without allocation: they run for every customer. */
export function purchaseReaders({ within }: Condition, context: RuleContext): Record<Measure, NumberReader> {
  const { asOf } = context;
  const { from, to } = daysWithin(within, context);
  return {
    count: ({ purchases }) => {
      let count = 0;
      for (const { paidAt, day } of purchases) if (day >= from && day <= to && paidAt <= asOf) count++;
      return count;
    },
    total: ({ purchases }) => {
      let total = 0;
      for (const { paidAt, day, amount } of purchases) if (day >= from && day <= to && paidAt <= asOf) total += amount;
      return total;
    },
    items: ({ purchases }) => {
      let sum = 0;
      for (const { paidAt, day, items } of purchases) if (day >= from && day <= to && paidAt <= asOf) sum += items;
      return sum;
    },
    firstDay: ({ purchases }) => {
      let first = Number.POSITIVE_INFINITY;
      for (const { paidAt, day } of purchases) if (day < first && paidAt <= asOf) first = day;
      return first === Number.POSITIVE_INFINITY ? Number.NaN : first;
    },
    lastDay: ({ purchases }) => {
      let last = Number.NEGATIVE_INFINITY;
      for (const { paidAt, day } of purchases) if (day > last && paidAt <= asOf) last = day;
      return last === Number.NEGATIVE_INFINITY ? Number.NaN : last;
    },
  };
}
type Measure = 'count' | 'total' | 'items' | 'firstDay' | 'lastDay';

/** How often an event happened, or a message was sent, opened or clicked. */
export function timesReader(field: FieldOf<'times'>, condition: Condition, context: RuleContext): NumberReader {
  const within = condition.op === 'withinDays' ? { days: numberIn(condition) } : condition.within;
  const { from, to } = (field.name === 'did' ? eventMomentsWithin : momentsWithin)(within, context);
  const read = momentsReader(field);
  return (record) => {
    let times = 0;
    for (const at of read(record)) if (at >= from && at <= to) times++;
    return times;
  };
}

function momentsReader({ name, key }: FieldOf<'times'>): (record: SegmentRecord) => readonly number[] {
  if (name === 'did') return ({ events }) => events.get(key) ?? [];
  return (record) => record[name];
}

const contents = { 'bought.product': 'products', 'bought.sku': 'skus', 'bought.category': 'categories' } as const;

/** Whether the purchases of a window contain any, all or none of a list. Who bought nothing bought none of it. */
export function boughtPredicate(
  name: FieldsOf<'bought'>,
  condition: Condition,
  context: RuleContext,
): SegmentPredicate {
  const wanted = new Set(textsIn(condition));
  const contain = (isWanted: (value: string) => boolean) =>
    contentPredicate(contents[name], isWanted, condition, context);
  const containAny = contain((value) => wanted.has(value));
  switch (condition.op) {
    case 'any':
      return containAny;
    case 'none':
      return (record) => !containAny(record);
    case 'all': {
      const each = [...wanted].map((one) => contain((value) => value === one));
      return (record) => each.every((containsOne) => containsOne(record));
    }
    default:
      throw noSuchOp(condition.op);
  }
}

function contentPredicate(
  content: (typeof contents)[keyof typeof contents],
  isWanted: (value: string) => boolean,
  { within }: Condition,
  context: RuleContext,
): SegmentPredicate {
  const { asOf } = context;
  const { from, to } = daysWithin(within, context);
  return ({ purchases }) => {
    for (const purchase of purchases) {
      if (purchase.day < from || purchase.day > to || purchase.paidAt > asOf) continue;
      for (const value of purchase[content]) if (isWanted(value)) return true;
    }
    return false;
  };
}
