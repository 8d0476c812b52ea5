import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { hasSubstance, withUpdate } from '../../../shared/domain/customers/customer-file.ts';
import { tagField } from '../../../shared/domain/customers/tags.ts';
import { defaultSettings, type Settings } from '../../../shared/domain/settings/settings.ts';
import { grantField } from '../../../shared/domain/value/membership.ts';
import { pyramidGroups } from '../../../shared/domain/value/pyramid.ts';
import { scoredTagTest } from '../../../shared/domain/value/rule-tags.ts';
import {
  factsStandingReader,
  rulesStandingReader,
  standingForRules,
  standingReader,
} from '../../../shared/domain/value/standing-of-customer.ts';
import { runsOf } from '../../config/runs.ts';
import { arbitraryDelivery } from '../../support/arbitrary-orders.ts';
import { now, recordAll } from '../../support/converge.ts';

const dayMs = 86_400_000;
const { tiers } = defaultSettings;
const [lowest, , third] = tiers.levels;

/** Tiers within reach of a few orders, and points that expire soon. */
const settings: Settings = {
  ...defaultSettings,
  tiers: { ...tiers, levels: tiers.levels.map((level, index) => ({ ...level, spend: String(index * 4) })) },
  points: { newcomerMultiplier: '1.5', expiryMonths: 1 },
  tagRules: [
    { tag: 'often', rule: { field: 'orders.count', op: 'gte', value: 2 } },
    { tag: 'base', rule: { field: 'tier', op: 'eq', value: lowest?.id ?? '' } },
    { tag: 'rich', rule: { field: 'points', op: 'gte', value: 3 } },
    {
      tag: 'back',
      rule: {
        all: [{ field: 'rfm.f', op: 'gte', value: 2 }, { not: { field: 'points', op: 'gte', value: 9 } }],
      },
    },
  ],
  // Fixed thresholds: scores need nobody else to be counted.
  rfm: {
    windowDays: 365,
    scores: { by: 'thresholds', r: [7, 30, 60, 120], f: [2, 3, 4, 5], m: ['2.00', '4.00', '8.00', '16.00'] },
  },
};

/** Points spent and given, a tag and a tier, all by hand. */
const someUpdate = fc.record({
  spent: fc.integer({ min: 1, max: 9 }),
  given: fc.integer({ min: 1, max: 9 }),
  at: fc.integer({ min: -60, max: 60 }).map((day) => now + day * dayMs),
});

function updateOf({ spent, given, at }: { spent: number; given: number; at: number }) {
  return {
    identities: ['b:1'],
    statements: {
      [tagField('likes honey')]: { value: true, at },
      [grantField(third?.id ?? '')]: { value: '2026-06-20', at },
    },
    points: [
      { id: 'a', kind: 'adjusted' as const, at, points: given },
      { id: 'b', kind: 'redeemed' as const, at: at + 1, points: -spent },
    ],
  };
}

describe('what the facts of a night, and rules, are told of a standing', () => {
  test('is what the standing itself says, with points by hand and without', async () => {
    const seen = { points: new Set<number>(), tags: new Set<string>(), tiers: new Set<string | undefined>() };
    await fc.assert(
      fc.asyncProperty(
        arbitraryDelivery,
        fc.option(someUpdate, { nil: undefined }),
        fc.integer({ min: -90, max: 60 }),
        async ({ inOrder }, update, day) => {
          const asOf = now + day * dayMs;
          const [standingOf, factsOf, rulesOf] = [
            standingReader(settings, undefined, asOf),
            factsStandingReader(settings, asOf),
            rulesStandingReader(settings, undefined, asOf, true),
          ];
          const store = new MemoryCustomerStore();
          await recordAll(inOrder, store, settings);
          for (const known of [...store.livingFiles()].filter(hasSubstance)) {
            const file = update ? withUpdate(known, updateOf(update)) : known;
            const standing = standingOf(file);
            const { stage, stageSince, rfm, tier, points, handTags, ruleTags } = standing;
            const asked = rulesOf(file);
            expect({ ...asked, tags: [...asked.tags].sort() }).toEqual(standingForRules(standing));
            const facts = factsOf(file);
            expect(facts).toEqual({
              stage,
              ...(stageSince !== undefined && { stageSince }),
              ...(tier && { tier: tier.id }),
              points: points.balance,
              handTags,
              ruleTags: expect.anything(),
            });
            const own = ruleTags.filter((tag) => !(pyramidGroups as readonly string[]).includes(tag));
            const byScore = facts.ruleTags.open.filter((open) =>
              scoredTagTest(open, settings, asOf)(rfm && { group: undefined, ...rfm }),
            );
            const tags = [...facts.ruleTags.settled, ...byScore.map(({ tag }) => tag)];
            expect(tags.sort()).toEqual(own);
            seen.points.add(facts.points);
            seen.tiers.add(facts.tier);
            for (const tag of tags) seen.tags.add(tag);
          }
        },
      ),
      { numRuns: runsOf(200) },
    );
    expect(seen.points.size).toBeGreaterThan(3);
    expect(seen.tiers.size).toBeGreaterThan(2);
    expect(seen.tags).toEqual(new Set(['often', 'base', 'rich', 'back']));
  });
});
