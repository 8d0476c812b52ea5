import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FieldType, fieldList, ops, opsOf } from '../../../shared/domain/segments/fields.ts';
import { type Condition, pathText, type SegmentRule } from '../../../shared/domain/segments/rule.ts';
import { segmentRuleSchema } from '../../../shared/domain/segments/rule-schema.ts';
import { someOf } from '../../config/runs.ts';
import { arbitraryRule, conditionOn, fieldNames, knownField } from '../../support/arbitrary-segments.ts';

function problemsOf(rule: unknown): { at: string; message: string }[] {
  const { error } = segmentRuleSchema.safeParse(rule);
  return (error?.issues ?? []).map(({ path, message }) => ({ at: pathText(path as (string | number)[]), message }));
}

const placesOf = (rule: unknown) => problemsOf(rule).map(({ at }) => at);

/** A broken node with the place, below the node, that is to be named. */
interface Broken {
  readonly node: unknown;
  readonly at: string;
}

const wrongSingles: Readonly<Record<FieldType, readonly unknown[]>> = {
  whole: ['2', 1.5, true, null, {}, Number.NaN, 2 ** 60],
  times: ['1', 0.5, null, {}],
  fraction: ['0.5', false, null, Number.POSITIVE_INFINITY],
  amount: [100, '1,00', '-5', '1e3', '', '.5', '1.23456', '123456789012', ' 1', null],
  day: ['2026-02-30', '2026-1-1', '2026-11-23T00:00:00Z', 20_000, '', null],
  choice: ['nowhere', '', 1, null, 'constructor'],
  text: ['', 5, null, 'x'.repeat(201), '\ud800'],
  flag: ['true', 1, null],
  set: ['', 5, null, {}],
  group: ['', 5, null],
  bought: ['', 5, null],
  stated: [null, {}],
  birthday: [null],
  identity: ['', 5, null],
};

const notNodes = [null, 5, 'all', [], {}, { rule: 1 }, [{ not: {} }]];

function brokenConditions(condition: Condition): Broken[] {
  const field = knownField(condition.field);
  const wrongOp = ops.find((op) => !opsOf(field).includes(op));
  const { op, ...withoutOp } = condition;
  return [
    ...notNodes.map((node) => ({ node, at: '' })),
    { node: { ...condition, field: 'orders.counts' }, at: '.field' },
    { node: { ...condition, field: `${condition.field} ` }, at: '.field' },
    { node: { ...condition, field: 7 }, at: '.field' },
    { node: { ...condition, op: wrongOp }, at: '.op' },
    { node: { ...condition, op: 'equals' }, at: '.op' },
    { node: withoutOp, at: '.op' },
    { node: { ...condition, value: undefined }, at: '.value' },
    { node: { ...condition, value: { amount: '1.00' } }, at: '.value' },
    { node: { ...condition, values: 1 }, at: '.values' },
    ...brokenValues(condition),
    ...brokenWindows(condition),
  ];
}

function brokenValues(condition: Condition): Broken[] {
  const { op, value } = condition;
  const { type } = knownField(condition.field);
  const broken = (value: unknown, at = '') => ({ node: { ...condition, value }, at: `.value${at}` });
  if (op === 'exists') return [broken('true'), broken([true])];
  if (op === 'withinDays') return [broken('7'), broken(-1), broken(36_501), broken(1.5)];
  if (op === 'contains') return [broken(''), broken(5), broken(['a'])];
  if (op === 'before' || op === 'after') return wrongSingles.day.map((wrong) => broken(wrong));
  const wrongs =
    type === 'stated' && !['eq', 'ne', 'in', 'notIn'].includes(op) ? wrongSingles.fraction : wrongSingles[type];
  if (!Array.isArray(value)) return [...wrongs.map((wrong) => broken(wrong)), broken([value])];
  const inPlace = wrongs.map((wrong) => broken(value.with(-1, wrong), `[${value.length - 1}]`));
  if (op !== 'between') return [...inPlace, broken([]), broken(value[0]), broken(new Array(1001).fill(value[0]))];
  const reversed = value[0] === value[1] ? [] : [broken([...value].reverse())];
  return [...inPlace, ...reversed, broken([value[0]]), broken([...value, value[1]]), broken([])];
}

function brokenWindows(condition: Condition): Broken[] {
  const broken = (within: unknown, at = '') => ({ node: { ...condition, within }, at: `.within${at}` });
  const { window, name } = knownField(condition.field);
  if (!window || condition.op === 'withinDays') return [broken({ days: 30 })];
  const wrongDays = [-1, '30', 1.5, null, name === 'did' ? 91 : 36_501];
  return [
    ...wrongDays.map((days) => broken({ days }, '.days')),
    ...[null, 30, [], {}, 'month', { weeks: 2 }].map((within) => broken(within)),
    broken({ days: 30, from: '2026-01-01' }, '.from'),
    broken({ from: '2026-01-01' }, '.to'),
    broken({ from: '2026-01-01', to: '2025-12-31' }, '.to'),
    broken({ from: '2026-13-01', to: '2026-12-31' }, '.from'),
  ];
}

/** Ways to break a rule at one of its nodes. */
function brokenNodes(rule: SegmentRule): Broken[] {
  if ('field' in rule) return brokenConditions(rule);
  const name = 'all' in rule ? 'all' : 'any' in rule ? 'any' : 'not';
  const beside = name === 'all' ? 'any' : name === 'any' ? 'not' : 'field';
  const lists =
    name === 'not'
      ? []
      : [
          { node: { [name]: [] }, at: `.${name}` },
          { node: { [name]: {} }, at: `.${name}` },
        ];
  return [...lists, { node: { ...rule, [beside]: 'gender' }, at: `.${beside}` }, { node: [rule], at: '' }];
}

/** A rule broken at some node, reached by following `steps`, and the place of what is wrong. */
function breakAt(rule: SegmentRule, steps: readonly number[], way: number): Broken {
  const [step = 0, ...rest] = steps;
  if (!('field' in rule) && steps.length > 0) {
    if ('not' in rule) {
      const { node, at } = breakAt(rule.not, rest, way);
      return { node: { not: node }, at: `.not${at}` };
    }
    const [name, children] = 'all' in rule ? (['all', rule.all] as const) : (['any', rule.any] as const);
    const index = step % children.length;
    const { node, at } = breakAt(children[index] as SegmentRule, rest, way);
    return { node: { [name]: children.with(index, node as SegmentRule) }, at: `.${name}[${index}]${at}` };
  }
  const ways = brokenNodes(rule);
  return ways[way % ways.length] as Broken;
}

describe('a malformed rule', () => {
  test('is refused with the place of what is wrong, and with that only', () => {
    const steps = fc.array(fc.nat(3), { maxLength: 4 });
    fc.assert(
      fc.property(arbitraryRule, steps, fc.nat(1000), (rule, path, way) => {
        const { node, at } = breakAt(rule, path, way);
        const problems = problemsOf(node);
        expect({ node, places: problems.map((problem) => problem.at) }).toEqual({
          node,
          places: [at.replace(/^\./, '')],
        });
        expect(problems[0]?.message).toMatch(/^(must|is|cannot) /);
      }),
      { numRuns: someOf(2000) },
    );
  });

  test('with any wrong value or window, on any field', () => {
    for (const name of fieldNames) {
      for (const op of opsOf(knownField(name))) {
        const [condition] = fc.sample(conditionOn(name, op), 1);
        for (const { node, at } of [brokenValues, brokenWindows].flatMap((breaks) => breaks(condition as Condition))) {
          expect({ node, places: placesOf({ not: node }) }).toEqual({ node, places: [`not${at}`] });
        }
      }
    }
  });

  test('that is anything at all is refused or taken, and never breaks anything', () => {
    const keys = fc.constantFrom('all', 'any', 'not', 'field', 'op', 'value', 'within', '__proto__', 'constructor');
    const values = fc.oneof(fc.jsonValue(), fc.dictionary(keys, fc.jsonValue()), fc.constantFrom('stage', 'eq', 'in'));
    fc.assert(
      fc.property(fc.oneof(values, fc.dictionary(keys, values)), (anything) => {
        expect(typeof segmentRuleSchema.safeParse(anything).success).toBe('boolean');
      }),
      { numRuns: someOf(300) },
    );
  });
});

describe('what would be right', () => {
  const within = (list: readonly unknown[]) => ({ all: list });
  test.each([
    [
      { field: 'order.count', op: 'gt', value: 1 },
      'field',
      /^must be one of orders\.count, orders\.total, .*attr\.<key>$/,
    ],
    [{ field: 'orders.sum', op: 'gt', value: 1 }, 'field', /^must be one of orders\.count, .*, orders\.lastAt$/],
    [{ field: 'attr.', op: 'exists', value: true }, 'field', /attr\.<key>/],
    [{ field: 'orders.count', op: 'exists', value: true }, 'op', /^must be one of eq, ne, .* for orders\.count$/],
    [{ field: 'orders.total', op: 'gte', value: 100 }, 'value', /as text, such as "123\.45"/],
    [{ field: 'stage', op: 'eq', value: 'gone' }, 'value', /^must be one of prospect, .*, lost$/],
    [{ field: 'rfm.r', op: 'gte', value: 6 }, 'value', /from 1 to 5$/],
    [{ field: 'gender', op: 'eq', value: 'f', within: { days: 1 } }, 'within', /only with orders\.count, /],
    [{ field: 'phone', op: 'eq', value: '13800138000' }, 'value', /E\.164/],
    [{ field: 'did.viewed', op: 'gte', value: 1, within: { days: 91 } }, 'within.days', /from 0 to 90$/],
    [within([]), 'all', /at least one/],
  ])('%j', (rule, at, message) => {
    expect(problemsOf(rule)).toEqual([{ at, message: expect.stringMatching(message) }]);
  });

  test('several things wrong are all named, twenty at most', () => {
    const wrong = { field: 'age', op: 'gte', value: '30', within: { days: 3 } };
    expect(placesOf(within([wrong, { not: 1 }]))).toEqual(['all[0].value', 'all[0].within', 'all[1].not']);
    expect(placesOf(within(new Array(50).fill(wrong)))).toHaveLength(20);
  });
});

describe('the size of a rule', () => {
  const leaf: SegmentRule = { field: 'age', op: 'gte', value: 30 };
  const nested = (levels: number): SegmentRule => (levels === 1 ? leaf : { not: nested(levels - 1) });
  const wide = (nodes: number): SegmentRule => ({ any: new Array(nodes - 1).fill(leaf) });

  test('20 levels and 500 nodes pass', () => {
    expect(placesOf(nested(20))).toEqual([]);
    expect(placesOf(wide(500))).toEqual([]);
  });

  test('one more is refused where it stands', () => {
    expect(placesOf(nested(21))).toEqual([new Array(20).fill('not').join('.')]);
    expect(placesOf(wide(501))).toEqual(['any[499]']);
  });

  test('a bottomless one costs no more', () => {
    let bottomless: unknown = leaf;
    for (let level = 0; level < 50_000; level++) bottomless = { all: [bottomless] };
    expect(placesOf(bottomless)).toHaveLength(1);
    expect(placesOf(wide(100_000))).toEqual(['any[499]']);
  });

  test('every field is described by name', () => {
    expect(new Set(fieldList.map(({ name }) => name)).size).toBe(fieldList.length);
    expect(fieldList.every(({ meaning }) => meaning.length > 3)).toBe(true);
  });
});
