import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facts, openFacts } from '../../../shared/adapters/facts/open-facts.ts';
import { kindsOfRule, membersSql, previewSegment } from '../../../shared/adapters/facts/preview-segment.ts';
import { boundValues } from '../../../shared/domain/segments/bound-values.ts';
import { compileRule } from '../../../shared/domain/segments/compile.ts';
import { type Op, opsOf } from '../../../shared/domain/segments/fields.ts';
import { interpretRule } from '../../../shared/domain/segments/interpret.ts';
import type { RuleContext, SegmentRecord } from '../../../shared/domain/segments/record.ts';
import type { SegmentRule } from '../../../shared/domain/segments/rule.ts';
import { segmentRuleSchema } from '../../../shared/domain/segments/rule-schema.ts';
import { conditionsOnlyLive, OnlyLiveError, ruleToSql } from '../../../shared/domain/segments/to-sql.ts';
import {
  arbitraryContext,
  arbitraryRule,
  conditionOn,
  fieldNames,
  knownField,
  recordNear,
} from '../../support/arbitrary-segments.ts';
import { asFactsTell, factsOfRecords } from '../../support/facts-of-records.ts';
import { aPurchase, aRecord, noon } from '../../support/segment-records.ts';
import { factsFolder, writeFacts } from '../../support/write-facts.ts';

interface Base {
  readonly context: RuleContext;
  readonly records: readonly SegmentRecord[];
  readonly facts: Facts;
}

const folder = factsFolder();
const bases: Base[] = [];

async function baseOf(context: RuleContext, records: readonly SegmentRecord[]): Promise<Base> {
  const place = `${folder}/${bases.length}`;
  writeFacts(place, factsOfRecords(records));
  const facts = await openFacts({ folder: place, asOf: context.asOf, temporary: folder });
  const base = { context, records, facts };
  bases.push(base);
  return base;
}

beforeAll(async () => {
  const arbitraryBase = arbitraryContext.chain((context) =>
    fc.record({
      context: fc.constant(context),
      records: fc.array(recordNear(context), { minLength: 60, maxLength: 60 }),
    }),
  );
  for (const { context, records } of fc.sample(arbitraryBase, 8)) {
    await baseOf(
      context,
      records.map((record, index) => ({ ...asFactsTell(record), id: `c${index}` })),
    );
  }
});

afterAll(() => {
  for (const { facts } of bases) facts.close();
  rmSync(folder, { recursive: true, force: true });
});

async function found(rule: SegmentRule, { context, facts }: Base): Promise<string[]> {
  const { bind, values } = boundValues();
  const members = membersSql(rule, context, bind);
  const sql = `SELECT customer FROM customers WHERE id IN (${members})`;
  const rows = await facts.query(kindsOfRule(rule, context), sql, values);
  return rows.map(([id]) => String(id)).sort();
}

function foundBy(test: (record: SegmentRecord) => boolean, records: readonly SegmentRecord[]): string[] {
  return records.flatMap((record) => (test(record) ? [record.id] : [])).sort();
}

/** @returns how many of the customers it finds */
async function expectOneAnswer(rule: SegmentRule, base: Base): Promise<number> {
  const checked = segmentRuleSchema.parse(rule);
  const { context, records } = base;
  const naive = foundBy((record) => interpretRule(checked, record, context), records);
  expect(foundBy(compileRule(checked, context), records)).toEqual(naive);
  expect(await found(checked, base)).toEqual(naive);
  return naive.length;
}

const inFacts = (rule: SegmentRule) => conditionsOnlyLive(rule).length === 0;
const factFields = fieldNames.filter((field) => inFacts({ field, op: 'exists', value: true }));

describe('a rule in SQL', () => {
  test('finds whom the predicate and the naive interpreter find', async () => {
    const rules = arbitraryRule.filter(inFacts);
    await fc.assert(
      fc.asyncProperty(rules, fc.nat(7), async (rule, index) => {
        await expectOneAnswer(rule, bases[index] as Base);
      }),
      { numRuns: 250 },
    );
  });

  test('does so for every op of every field, each of which finds some customers and not others', async () => {
    const everyOp = factFields.flatMap((name) => opsOf(knownField(name)).map((op) => ({ name, op })));
    const oneSided: { name: string; op: Op }[] = [];
    for (const { name, op } of everyOp) {
      const answers = new Set<boolean>();
      for (const numRuns of [4, 60]) {
        await fc.assert(
          fc.asyncProperty(conditionOn(name, op), fc.nat(7), async (condition, index) => {
            const base = bases[index] as Base;
            const count = await expectOneAnswer(condition, base);
            if (count > 0) answers.add(true);
            if (count < base.records.length) answers.add(false);
          }),
          { numRuns },
        );
        if (answers.size === 2) break;
      }
      if (answers.size < 2) oneSided.push({ name, op });
    }
    expect(oneSided).toEqual([]);
  });

  test('is refused where facts do not have a field, with its place', () => {
    const rule: SegmentRule = {
      all: [
        { field: 'orders.count', op: 'gte', value: 1 },
        { not: { field: 'did.viewed', op: 'gte', value: 1 } },
        { field: 'phone', op: 'eq', value: '+8613800138000' },
      ],
    };
    const compile = () => ruleToSql(rule, noon, boundValues().bind);
    expect(compile).toThrow(OnlyLiveError);
    expect(compile).toThrow('only live: did.viewed at all[1].not, phone at all[2]');
  });

  test('holds no value of the rule in its text', () => {
    const evil = `'; DROP TABLE customers; --`;
    const rule: SegmentRule = {
      any: [
        { field: 'tags', op: 'in', value: [evil] },
        { field: 'attr.size', op: 'eq', value: evil },
        { field: 'bought.product', op: 'all', value: [evil] },
        { field: 'gender', op: 'contains', value: evil },
      ],
    };
    const { bind, values } = boundValues();
    expect(ruleToSql(rule, noon, bind).where).not.toContain('DROP');
    expect(values.filter((value) => value === evil)).toHaveLength(4);
  });
});

describe('the preview of a segment', () => {
  test('counts members, those reachable, and gives some of them', async () => {
    const buyer = { purchases: [aPurchase('2026-11-01', 100)] };
    const { facts } = await baseOf(noon, [
      aRecord({ id: 'c3', phone: '+8613800138000', consent: { sms: 'granted', email: 'granted' }, ...buyer }),
      aRecord({ id: 'c2', phone: '+8613900139000', consent: { sms: 'denied', email: 'unknown' }, ...buyer }),
      aRecord({ id: 'c1', email: 'ann@example.com', consent: { sms: 'granted', email: 'granted' }, ...buyer }),
      aRecord({ id: 'c0', email: 'bob@example.com', consent: { sms: 'granted', email: 'granted' } }),
    ]);
    expect(await previewSegment({ field: 'orders.count', op: 'gte', value: 1 }, noon, facts, 2)).toEqual({
      count: 3,
      share: 0.75,
      reachable: { sms: 1, email: 1 },
      sample: ['c1', 'c2'],
    });
  });

  test('of facts that hold nobody is empty', async () => {
    const { facts } = await baseOf(noon, []);
    expect(await previewSegment({ field: 'points', op: 'gte', value: 0 }, noon, facts)).toEqual({
      count: 0,
      share: null,
      reachable: { sms: 0, email: 0 },
      sample: [],
    });
  });

  test('counts rows once that were written twice', async () => {
    const place = `${folder}/twice`;
    const buyer = aRecord({ id: 'c1', purchases: [aPurchase('2026-11-01', 100, ['tea'])] });
    writeFacts(place, factsOfRecords([buyer]), 'a');
    writeFacts(place, factsOfRecords([buyer, aRecord({ id: 'c2' })]), 'b');
    const facts = await openFacts({ folder: place, asOf: noon.asOf, temporary: folder });
    const rule: SegmentRule = {
      all: [
        { field: 'orders.count', op: 'eq', value: 1 },
        { field: 'orders.total', op: 'eq', value: '1' },
        { field: 'bought.product', op: 'any', value: ['tea'] },
      ],
    };
    const preview = await previewSegment(rule, noon, facts);
    facts.close();
    expect(preview).toMatchObject({ count: 1, share: 0.5, sample: ['c1'] });
  });
});
