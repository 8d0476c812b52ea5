import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamoBehaviourStore } from '../../../shared/adapters/dynamodb/behaviour-store.ts';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import { DynamoTouchStore } from '../../../shared/adapters/dynamodb/touch-store.ts';
import { emptyFile, hasSubstance } from '../../../shared/domain/customers/customer-file.ts';
import { opsOf } from '../../../shared/domain/segments/fields.ts';
import { interpretRule } from '../../../shared/domain/segments/interpret.ts';
import type { RuleContext } from '../../../shared/domain/segments/record.ts';
import type { SegmentRule } from '../../../shared/domain/segments/rule.ts';
import { segmentRuleSchema } from '../../../shared/domain/segments/rule-schema.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import type { NightlyLimits } from '../../../shared/domain/value/nightly-limits.ts';
import { listMembers, namedMembers, scanMembers } from '../../../shared/usecases/segments/live-members.ts';
import { type LiveDeps, liveRule } from '../../../shared/usecases/segments/live-rule.ts';
import { previewLive, TooManyCustomersError } from '../../../shared/usecases/segments/preview-segment.ts';
import { arbitraryRule, conditionOn, fieldNames, knownField } from '../../support/arbitrary-segments.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { naiveRecord } from '../../support/naive-record.ts';
import { arbitraryBase, type CustomerBase, frozenFor, storeBase } from '../../support/segment-base.ts';
import { watchRequests } from '../../support/sent-requests.ts';
import { identityHash } from '../../support/touches.ts';

const context: RuleContext = {
  asOf: Date.parse('2027-02-27T03:00:00Z'),
  zone: 'Asia/Shanghai',
  baseCurrency: 'CNY',
  regionGroups: { South: ['a', 'b'], Coast: ['b', 'c'] },
};
const settings = {
  ...defaultSettings,
  regionGroups: context.regionGroups,
  tagRules: [{ tag: 'b', rule: { field: 'region.city', op: 'eq', value: 'b' } as const }],
};
const customers = 40;

let tables: LocalTables;
let deps: LiveDeps;
let base: CustomerBase;
let limits: NightlyLimits;
const time = context.asOf;

beforeAll(async () => {
  tables = await startTables();
  const { client, tableNames } = tables;
  const behaviour = dynamoBehaviourStore(client, tableNames);
  deps = {
    store: new DynamoCustomerStore(client, tableNames),
    touches: new DynamoTouchStore(client, tableNames),
    behaviour,
    settings: { settings: async () => settings },
    limits: { nightlyLimits: async () => limits },
    identityHash,
    clock: { now: () => time },
  };
  base = fc.sample(arbitraryBase(customers, context), 1)[0] as CustomerBase;
  limits = frozenFor(base, settings, context.asOf);
  await storeBase(base, deps.store, deps.touches, behaviour);
  // Nobody yet: an identity that waits for its customer to come again; and one who was merged.
  const gone = emptyFile('c0');
  await deps.store.commit({ files: [{ value: { type: 'file', file: gone }, version: 0 }], cause: 'c0' });
  const redirect = { type: 'redirect', id: 'c-old', to: 'c1' } as const;
  await deps.store.commit({ files: [{ value: redirect, version: 0 }], cause: 'c-old' });
});
afterAll(() => tables.stop());

function naiveMembers(rule: SegmentRule): string[] {
  const known = base.files.filter(hasSubstance);
  return idsOf(
    known.filter((file) =>
      interpretRule(rule, naiveRecord(file, base, { settings, limits, asOf: context.asOf }), context),
    ),
  );
}

async function scanned(rule: SegmentRule): Promise<string[]> {
  const found: string[] = [];
  const live = await liveRule(rule, deps);
  await scanMembers(live, deps.store, ({ members }) => void found.push(...members.map(({ id }) => id)));
  return found.sort();
}

async function listed(rule: SegmentRule, limit: number): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let position: string | undefined;
  let pages = 0;
  do {
    const page = await listMembers(await liveRule(rule, deps), position, limit, time + 1, deps);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map(({ id }) => id));
    position = page.next;
    pages++;
  } while (position !== undefined);
  return { ids, pages };
}

function idsOf(files: readonly { readonly id: string }[]): string[] {
  return files.map(({ id }) => id).sort();
}

describe('the members of a rule on live records', () => {
  test('are those that the naive interpreter finds among all customers, whatever the rule', async () => {
    const sizes = new Set<number>();
    await fc.assert(
      fc.asyncProperty(arbitraryRule, fc.integer({ min: 1, max: 12 }), async (given, limit) => {
        const rule = segmentRuleSchema.parse(given);
        const expected = naiveMembers(rule);
        sizes.add(expected.length);
        const { ids } = await listed(rule, limit);
        expect([...ids].sort()).toEqual(expected);
        expect(await scanned(rule)).toEqual(expected);
      }),
      { numRuns: 120 },
    );
    expect(sizes.size).toBeGreaterThan(12);
  });

  test('field by field: each answers as the interpreter does, and no field is the same for everybody', async () => {
    const undecided: string[] = [];
    for (const name of fieldNames) {
      const answers = new Set<number>();
      const conditions = fc.constantFrom(...opsOf(knownField(name))).chain((op) => conditionOn(name, op));
      for (const [tried, condition] of fc.sample(conditions, 40).entries()) {
        if (tried >= 6 && answers.size > 1) break;
        const rule = segmentRuleSchema.parse(condition);
        const expected = naiveMembers(rule);
        expect({ rule, ids: await scanned(rule) }).toEqual({ rule, ids: expected });
        answers.add(expected.length);
      }
      if (answers.size === 1) undecided.push(name);
    }
    expect(undecided).toEqual([]);
  });

  test('are found without going through the base, where the rule names them', async () => {
    const requests: string[] = [];
    const stop = watchRequests(tables.client, ({ operation }) => void requests.push(operation));
    const women = { field: 'gender', op: 'exists', value: true } as const;
    const byMail: SegmentRule = {
      all: [{ any: [women, { not: women }] }, { field: 'email', op: 'eq', value: 'ann@example.com' }],
    };
    expect((await listed(byMail, 5)).ids).toEqual(['c2']);
    const byIds: SegmentRule = { field: 'id', op: 'in', value: ['c3', 'c-old', 'c9999', 'c7'] };
    expect(await listed(byIds, 2)).toEqual({ ids: ['c1', 'c3', 'c7'], pages: 2 });
    stop();
    expect(requests).not.toContain('Scan');
    expect(naiveMembers({ field: 'id', op: 'in', value: ['c3', 'c1', 'c7'] })).toEqual(['c1', 'c3', 'c7']);
  });

  test("a reseller's phone leads to nobody: everybody is asked who states it", async () => {
    const rule: SegmentRule = { field: 'phone', op: 'eq', value: '+8613900139000' };
    expect(await namedMembers(await liveRule(rule, deps), deps)).toBeUndefined();
    const expected = naiveMembers(rule);
    expect(expected.length).toBeGreaterThan(1);
    expect((await listed(rule, 100)).ids.sort()).toEqual(expected);
  });

  test('rows of contacts are read only for rules that ask, and only of who may belong', async () => {
    const tablesRead = async (rule: SegmentRule) => {
      const read: string[] = [];
      const stop = watchRequests(tables.client, ({ input }) => void read.push(JSON.stringify(input)));
      await scanned(rule);
      stop();
      const contacts = read.filter((text) => text.includes(tables.tableNames.contacts));
      return { contacts: contacts.join('').match(/customer#/g)?.length ?? 0 };
    };
    const city = { field: 'region.city', op: 'eq', value: 'a' } as const;
    const reach = { field: 'reachable.sms', op: 'eq', value: false } as const;
    expect(await tablesRead(city)).toEqual({ contacts: 0 });
    expect(await tablesRead({ all: [reach, city] })).toEqual({ contacts: naiveMembers(city).length });
    expect(await tablesRead({ any: [reach, city] })).toEqual({ contacts: customers - unsubstantial() });
  });

  function unsubstantial(): number {
    return base.files.filter((file) => !hasSubstance(file)).length;
  }
});

describe('a page that runs out of time', () => {
  test('ends short, and the next goes on', async () => {
    const nobody: SegmentRule = { field: 'region.city', op: 'eq', value: 'nowhere' };
    const live = await liveRule(nobody, deps);
    let position: string | undefined;
    let pages = 0;
    do {
      const page = await listMembers(live, position, 10, time, deps);
      expect(page.items).toEqual([]);
      position = page.next;
      pages++;
    } while (position !== undefined);
    expect(pages).toBeGreaterThan(1);
  });
});

describe('a preview of live records', () => {
  const everybody: SegmentRule = { field: 'orders.count', op: 'gte', value: 0 };

  test('counts members, their share and whom messages reach', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryRule, async (given) => {
        const rule = segmentRuleSchema.parse(given);
        const expected = naiveMembers(rule);
        const reachable = (on: 'sms' | 'email') =>
          naiveMembers({ all: [rule, { field: `reachable.${on}`, op: 'eq', value: true }] }).length;
        expect(await previewLive(rule, time + 1, deps)).toEqual({
          source: 'live',
          asOf: context.asOf,
          count: expected.length,
          share: expected.length / base.files.filter(hasSubstance).length,
          reachable: { sms: reachable('sms'), email: reachable('email') },
          sample: expected.slice(0, 10),
        });
      }),
      { numRuns: 25 },
    );
  });

  test('that cannot be done in time says so; one that names customers is answered without a share', async () => {
    await expect(previewLive(everybody, time, deps)).rejects.toThrow(TooManyCustomersError);
    const named = await previewLive({ field: 'id', op: 'eq', value: 'c1' }, time, deps);
    expect(named).toMatchObject({ count: 1, sample: ['c1'] });
    expect(named).not.toHaveProperty('share');
  });
});
