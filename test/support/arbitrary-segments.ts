import fc from 'fast-check';
import { type Day, dayOf, formatDay, type Instant, startOfDay } from '../../shared/domain/calendar.ts';
import type { Statement } from '../../shared/domain/customers/statements.ts';
import { stages } from '../../shared/domain/life-cycle/stage.ts';
import { consentStates, type Field, fieldList, fieldOf, type Op, opsOf } from '../../shared/domain/segments/fields.ts';
import type { RecordPurchase, RuleContext, SegmentRecord } from '../../shared/domain/segments/record.ts';
import type { Condition, SegmentRule, Single, Within } from '../../shared/domain/segments/rule.ts';
import { rfmGroups } from '../../shared/domain/value/rfm-groups.ts';

/** Rules and records from small pools, so that conditions meet values often enough to hold and to fail. */

const words = ['a', 'b', 'c', 'ab'];
const numbers = [0, 1, 2, 3, 30];
const statements: Statement[] = ['a', 'ab', '2027-02-28', '2027-02-30', 0, 1, 2, true, false];
const zones = ['Asia/Shanghai', 'America/New_York', 'Europe/London', 'Pacific/Kiritimati'];
const people = ['c1', 'c2'];
const phones = ['+8613800138000', '+8613900139000'];
const emails = ['ann@example.com', 'bob@example.com'];

/** End of February in ordinary and in leap years, the turn of a year, and a change to summer time. */
const moments = ['2027-02-26T03:00:00Z', '2028-02-27T23:30:00Z', '2026-12-30T15:59:59Z', '2027-03-28T12:00:00Z'];

export const arbitraryContext: fc.Arbitrary<RuleContext> = fc.record({
  asOf: fc.tuple(fc.constantFrom(...moments), fc.integer({ min: 0, max: 40 })).map(([moment, hours]) => {
    return Date.parse(moment) + hours * 3_600_000;
  }),
  zone: fc.constantFrom(...zones),
  baseCurrency: fc.constantFrom('CNY', 'JPY', 'KWD'),
  regionGroups: fc.constantFrom({ South: ['a', 'b'], Coast: ['b', 'c'] }, {}),
});

/** Every field as a rule may name it. */
export const fieldNames = fieldList.flatMap(({ name }) =>
  name === 'did.<event>' ? ['did.viewed', 'did.carted'] : name === 'attr.<key>' ? ['attr.size', 'attr.since'] : [name],
);

export function knownField(name: string): Field {
  const field = fieldOf(name);
  if (!field) throw new Error(`no such field: ${name}`);
  return field;
}

const arbitraryCondition: fc.Arbitrary<Condition> = fc
  .constantFrom(...fieldNames)
  .chain((name) => fc.constantFrom(...opsOf(knownField(name))).chain((op) => conditionOn(name, op)));

/** A condition of one field and op. */
export function conditionOn(name: string, op: Op): fc.Arbitrary<Condition> {
  const field = knownField(name);
  const value = operandOf(field, op).map((value) => ({ field: name, op, value }));
  if (!field.window || op === 'withinDays') return value;
  const longest = field.name === 'did' ? 90 : 400;
  return fc
    .tuple(value, fc.option(arbitraryWithin(longest), { nil: undefined }))
    .map(([condition, within]) => ({ ...condition, ...(within && { within }) }));
}

function arbitraryWithin(longest: number): fc.Arbitrary<Within> {
  const period = fc.tuple(arbitraryDay, arbitraryDay).map((days) => {
    const [from = '', to = ''] = [...days].sort();
    return { from, to };
  });
  return fc.oneof(
    fc.integer({ min: 0, max: longest }).map((days) => ({ days })),
    period,
  );
}

/** Few enough that the days of rules and records meet. */
const daysAway = [-90, -60, -59, -28, -1, 0, 1, 2];

const arbitraryDay = fc
  .oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(fc.constantFrom(...moments), fc.constantFrom(...daysAway))
        .map(([moment, days]) => dayOf(Date.parse(moment), 'UTC') + days),
    },
    { weight: 1, arbitrary: fc.constantFrom(-719_162, 2_932_896) },
  )
  .map((day) => formatDay(day));

function operandOf(field: Field, op: Op): fc.Arbitrary<Condition['value']> {
  if (op === 'exists') return fc.boolean();
  if (op === 'withinDays') return fc.constantFrom(0, 1, 2, 28, 60, ...(field.type === 'birthday' ? [366] : [90]));
  if (op === 'contains') return fc.constantFrom(...words);
  if (op === 'before' || op === 'after') return arbitraryDay;
  const single = singleOf(field, op);
  if (['in', 'notIn', 'any', 'all', 'none'].includes(op)) return fc.array(single, { minLength: 1, maxLength: 3 });
  if (op !== 'between') return single;
  return fc.tuple(single, single).map((pair) => pair.sort((a, b) => (rank(a) < rank(b) ? -1 : 1)));
}

function rank(value: Single): Single {
  return typeof value === 'string' && !value.includes('-') ? Number(value) : value;
}

function singleOf(field: Field, op: Op): fc.Arbitrary<Single> {
  switch (field.type) {
    case 'whole':
      return field.range ? fc.integer({ min: 1, max: 5 }) : fc.constantFrom(...numbers);
    case 'times':
      return fc.constantFrom(0, 1, 2);
    case 'fraction':
      return fc.constantFrom(0, 0.25, 0.5, 1);
    case 'amount':
      return fc.constantFrom('0', '1', '1.5', '1.6667', '2', '3.000', '30', '99999999999.9999');
    case 'day':
      return arbitraryDay;
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...(field.choices ?? []));
    case 'group':
      return fc.constantFrom('South', 'Coast', 'constructor');
    case 'stated':
      return fc.constantFrom<Single>(...(['eq', 'ne', 'in', 'notIn'].includes(op) ? statements : numbers));
    case 'identity':
      return fc.constantFrom(...{ id: people, phone: phones, email: [...emails, 'Ann@Example.com'] }[field.name]);
    default:
      return fc.constantFrom(...words);
  }
}

export const arbitraryRule: fc.Arbitrary<SegmentRule> = fc.letrec<{ rule: SegmentRule }>((tie) => {
  const list = fc.array(tie('rule'), { minLength: 1, maxLength: 4 });
  return {
    rule: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      arbitraryCondition,
      list.map((all) => ({ all })),
      list.map((any) => ({ any })),
      tie('rule').map((not) => ({ not })),
    ),
  };
}).rule;

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const word = maybe(fc.constantFrom(...words));
const wordSet = fc.uniqueArray(fc.constantFrom(...words), { maxLength: 3 });
const consent = fc.constantFrom(...consentStates);

function nearDay({ asOf, zone }: RuleContext): fc.Arbitrary<Day> {
  return fc.constantFrom(...daysAway).map((days) => dayOf(asOf, zone) + days);
}

/** Moments of the last months, the edges of days among them, and a few still to come. */
function nearMoment(context: RuleContext): fc.Arbitrary<Instant> {
  const edge = fc
    .tuple(nearDay(context), fc.constantFrom(-1, 0))
    .map(([day, shift]) => startOfDay(day, context.zone) + shift);
  const any = fc.integer({ min: -95 * 24, max: 12 }).map((hours) => context.asOf + hours * 3_600_000);
  return fc.oneof(edge, any);
}

/** A purchase near a context's moment, in the base currency. */
export function arbitraryPurchase(context: RuleContext): fc.Arbitrary<RecordPurchase> {
  const amount = fc.oneof(fc.constantFrom(0, 100, 150, 167, 200, 1500, 3000), fc.constant(9_007_199_254_740));
  return fc
    .record({
      paidAt: nearMoment(context),
      shopZone: fc.constantFrom(...zones),
      amount,
      items: fc.constantFrom(0, 1, 2),
      products: wordSet,
      skus: wordSet,
      categories: wordSet,
    })
    .map(({ shopZone, ...purchase }) => ({ ...purchase, day: dayOf(purchase.paidAt, shopZone) }));
}

const birthdays = [20000229, 20040229, 19900228, 19900301, 19901231, 19910101, 20270227, 20300101];

/** A customer near a context's moment. */
export function recordNear(context: RuleContext): fc.Arbitrary<SegmentRecord> {
  const times = fc.array(nearMoment(context), { maxLength: 3 });
  return fc.record({
    id: fc.constantFrom(...people),
    phone: maybe(fc.constantFrom(...phones)),
    email: maybe(fc.constantFrom(...emails)),
    purchases: fc.array(arbitraryPurchase(context), { maxLength: 4 }),
    gender: word,
    birthday: maybe(fc.constantFrom(...birthdays)),
    occupation: word,
    country: word,
    province: word,
    city: word,
    credit: maybe(fc.constantFrom(...statements)),
    attributes: fc
      .dictionary(fc.constantFrom('size', 'since'), fc.constantFrom(...statements))
      .map((attributes) => new Map(Object.entries(attributes))),
    stage: fc.constantFrom(...stages),
    stageSince: maybe(nearDay(context)),
    rfm: maybe(
      fc.record({
        r: fc.integer({ min: 1, max: 5 }),
        f: fc.integer({ min: 1, max: 5 }),
        m: fc.integer({ min: 1, max: 5 }),
        group: maybe(fc.constantFrom(...rfmGroups)),
      }),
    ),
    tier: word,
    points: fc.constantFrom(-1, ...numbers),
    tags: wordSet,
    shops: wordSet,
    couponsUsed: wordSet,
    consent: fc.record({ sms: consent, email: consent }),
    reachable: fc.record({ sms: fc.boolean(), email: fc.boolean() }),
    events: fc.dictionary(fc.constantFrom('viewed', 'carted'), times).map((events) => new Map(Object.entries(events))),
    opened: times,
    clicked: times,
    touched: times,
    predicted: maybe(
      fc.record({
        alive: fc.constantFrom(0, 0.25, 0.5, 1),
        purchases: fc.constantFrom(0, 0.5, 1),
        value: maybe(fc.constantFrom(0, 150, 3000)),
        nextAt: maybe(nearDay(context)),
      }),
    ),
  });
}

export interface Scene {
  readonly context: RuleContext;
  readonly records: readonly SegmentRecord[];
}

/** A few customers at one moment. */
export const arbitraryScene: fc.Arbitrary<Scene> = arbitraryContext.chain((context) =>
  fc.record({
    context: fc.constant(context),
    records: fc.array(recordNear(context), { minLength: 4, maxLength: 4 }),
  }),
);
