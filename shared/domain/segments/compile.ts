import { dayOf } from '../calendar.ts';
import { normaliseEmail } from '../customers/identity.ts';
import { ageOn, isBirthdayWithin } from './birthdays.ts';
import { type FieldOf, type FieldsOf, type FieldType, fieldOf } from './fields.ts';
import {
  type AmountReader,
  amountPredicate,
  dayPredicate,
  type NumberReader,
  noSuchOp,
  numberPredicate,
  type SegmentPredicate,
} from './ordered-predicates.ts';
import { boughtPredicate, purchaseReaders, timesReader } from './purchase-readers.ts';
import { flagIn, listIn, numberIn } from './read-operand.ts';
import type { RuleContext, SegmentRecord } from './record.ts';
import { type Condition, childrenOf, type SegmentRule } from './rule.ts';
import {
  type FlagReader,
  flagPredicate,
  groupPredicate,
  type StatementReader,
  setPredicate,
  statedPredicate,
  type TextReader,
  textPredicate,
  type WordsReader,
} from './word-predicates.ts';

export type { SegmentPredicate } from './ordered-predicates.ts';

/**
 * The rule as a function of one record, for a moment (DOMAIN 6). Compile once, call for every customer.
 * @param rule as its schema let it pass
 * @throws TypeError for a rule that never went through the schema
 */
export function compileRule(rule: SegmentRule, context: RuleContext): SegmentPredicate {
  if ('all' in rule) return everyOf(cheapestFirst(rule.all).map((child) => compileRule(child, context)));
  if ('any' in rule) return someOf(cheapestFirst(rule.any).map((child) => compileRule(child, context)));
  if ('not' in rule) return complementOf(compileRule(rule.not, context));
  return compileCondition(rule, context);
}

/** What is known without going through purchases and their lines goes first: it often settles the answer. */
function cheapestFirst(rules: readonly SegmentRule[]): readonly SegmentRule[] {
  return rules
    .map((rule) => ({ rule, cost: costOf(rule) }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ rule }) => rule);
}

function costOf(rule: SegmentRule): number {
  if (!('field' in rule)) return Math.max(...childrenOf(rule).map(({ node }) => costOf(node)));
  if (rule.field.startsWith('bought.')) return 3;
  return rule.field.startsWith('orders.') ? 2 : rule.field.startsWith('did.') ? 1 : 0;
}

function everyOf(tests: readonly SegmentPredicate[]): SegmentPredicate {
  return (record) => {
    for (const test of tests) if (!test(record)) return false;
    return true;
  };
}

function someOf(tests: readonly SegmentPredicate[]): SegmentPredicate {
  return (record) => {
    for (const test of tests) if (test(record)) return true;
    return false;
  };
}

function complementOf(test: SegmentPredicate): SegmentPredicate {
  return (record) => !test(record);
}

type Compilers = {
  readonly [Type in FieldType]: (field: FieldOf<Type>, condition: Condition, context: RuleContext) => SegmentPredicate;
};

const compilers: Compilers = {
  whole: (field, condition, context) => numberPredicate(wholeReader(field.name, condition, context), condition),
  times: (field, condition, context) => timesPredicate(timesReader(field, condition, context), condition),
  fraction: ({ name }, condition) => numberPredicate(fractions[name], condition),
  amount: ({ name }, condition, context) =>
    amountPredicate(amountReader(name, condition, context), condition, context.baseCurrency),
  day: ({ name }, condition, context) => dayPredicate(dayReader(name, condition, context), condition),
  choice: ({ name }, condition) => textPredicate(texts[name], condition),
  text: ({ name }, condition) => textPredicate(texts[name], condition),
  flag: ({ name }, condition) => flagPredicate(flags[name], condition),
  set: ({ name }, condition) => setPredicate(sets[name], condition),
  group: (_field, condition, { regionGroups }) => groupPredicate(regionGroups, condition),
  bought: ({ name }, condition, context) => boughtPredicate(name, condition, context),
  stated: (field, condition) => statedPredicate(statementReader(field), condition),
  birthday: (_field, condition, context) => birthdayPredicate(condition, context),
  identity: ({ name }, condition) => identityPredicate(name, condition),
};

function compileCondition(condition: Condition, context: RuleContext): SegmentPredicate {
  const field = fieldOf(condition.field);
  if (!field) throw new TypeError('a rule must pass its schema before it is compiled');
  const compile: (field: never, condition: Condition, context: RuleContext) => SegmentPredicate = compilers[field.type];
  return compile(field as never, condition, context);
}

const missing = Number.NaN;

function wholeReader(name: FieldsOf<'whole'>, condition: Condition, context: RuleContext): NumberReader {
  switch (name) {
    case 'orders.count':
      return purchaseReaders(condition, context).count;
    case 'orders.items':
      return purchaseReaders(condition, context).items;
    case 'age': {
      const age = ageOn(dayOf(context.asOf, context.zone));
      return ({ birthday }) => (birthday === undefined ? missing : age(birthday));
    }
    case 'points':
      return ({ points }) => points;
    case 'rfm.r':
      return ({ rfm }) => rfm?.r ?? missing;
    case 'rfm.f':
      return ({ rfm }) => rfm?.f ?? missing;
    case 'rfm.m':
      return ({ rfm }) => rfm?.m ?? missing;
  }
}

function timesPredicate(read: NumberReader, condition: Condition): SegmentPredicate {
  if (condition.op === 'withinDays') return (record) => read(record) > 0;
  if (condition.op !== 'exists') return numberPredicate(read, condition);
  const wanted = flagIn(condition);
  return (record) => read(record) > 0 === wanted;
}

const one: NumberReader = () => 1;

function amountReader(name: FieldsOf<'amount'>, condition: Condition, context: RuleContext): AmountReader {
  switch (name) {
    case 'orders.total':
      return { total: purchaseReaders(condition, context).total, count: one };
    case 'orders.average': {
      const { total, count } = purchaseReaders(condition, context);
      return { total, count: (record) => count(record) || missing };
    }
    case 'predicted.value':
      return { total: ({ predicted }) => predicted?.value ?? missing, count: one };
  }
}

function dayReader(name: FieldsOf<'day'>, condition: Condition, context: RuleContext): NumberReader {
  switch (name) {
    case 'orders.firstAt':
      return purchaseReaders(condition, context).firstDay;
    case 'orders.lastAt':
      return purchaseReaders(condition, context).lastDay;
    case 'stageSince':
      return ({ stageSince }) => stageSince ?? missing;
    case 'predicted.nextAt':
      return ({ predicted }) => predicted?.nextAt ?? missing;
  }
}

const fractions: Readonly<Record<FieldsOf<'fraction'>, NumberReader>> = {
  'predicted.alive': ({ predicted }) => predicted?.alive ?? missing,
  'predicted.purchases': ({ predicted }) => predicted?.purchases ?? missing,
};

const texts: Readonly<Record<FieldsOf<'text' | 'choice'>, TextReader>> = {
  gender: ({ gender }) => gender,
  occupation: ({ occupation }) => occupation,
  'region.country': ({ country }) => country,
  'region.province': ({ province }) => province,
  'region.city': ({ city }) => city,
  stage: ({ stage }) => stage,
  'rfm.group': ({ rfm }) => rfm?.group,
  tier: ({ tier }) => tier,
  'consent.sms': ({ consent }) => consent.sms,
  'consent.email': ({ consent }) => consent.email,
};

const flags: Readonly<Record<FieldsOf<'flag'>, FlagReader>> = {
  'reachable.sms': ({ reachable }) => reachable.sms,
  'reachable.email': ({ reachable }) => reachable.email,
};

const sets: Readonly<Record<FieldsOf<'set'>, WordsReader>> = {
  tags: ({ tags }) => tags,
  shop: ({ shops }) => shops,
  'coupon.used': ({ couponsUsed }) => couponsUsed,
};

function statementReader({ name, key }: FieldOf<'stated'>): StatementReader {
  return name === 'attr' ? ({ attributes }) => attributes.get(key) : ({ credit }) => credit;
}

function birthdayPredicate(condition: Condition, { asOf, zone }: RuleContext): SegmentPredicate {
  if (condition.op === 'exists') {
    const wanted = flagIn(condition);
    return ({ birthday }) => (birthday !== undefined) === wanted;
  }
  if (condition.op !== 'withinDays') throw noSuchOp(condition.op);
  const isNear = isBirthdayWithin(dayOf(asOf, zone), numberIn(condition));
  return ({ birthday }) => birthday !== undefined && isNear(birthday);
}

function identityPredicate(name: FieldsOf<'identity'>, condition: Condition): SegmentPredicate {
  const listed = (condition.op === 'in' ? listIn(condition) : [condition.value]).map(String);
  const values = new Set<string | undefined>(
    name === 'email' ? listed.flatMap((text) => normaliseEmail(text) ?? []) : listed,
  );
  return (record: SegmentRecord) => values.has(record[name]);
}
