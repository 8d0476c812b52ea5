import { describe, expect, test } from 'vitest';
import { settingsPatchSchema } from '../../../shared/contracts/http/settings.ts';
import { contradictionsIn } from '../../../shared/domain/settings/check-settings.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { patched } from '../../../shared/usecases/settings/change-settings.ts';

const parse = (patch: unknown) => settingsPatchSchema.parse(patch);
const pathsOf = (patch: unknown) =>
  settingsPatchSchema.safeParse(patch).error?.issues.map(({ path }) => path.join('.'));
const wrong = (patch: unknown) =>
  contradictionsIn(patched(defaultSettings, parse(patch))).map(({ field, message }) => `${field} ${message}`);
const rule = (condition: unknown) => ({ tagRules: [{ tag: 'x', rule: { all: [condition] } }] });

describe('rules of tags', () => {
  test('are refused with the path of the node', () => {
    expect(pathsOf(rule({ field: 'order.count', op: 'gte', value: 1 }))).toEqual(['tagRules.0.rule.all.0.field']);
    expect(pathsOf(rule({ field: 'orders.count', op: 'gte', value: '1' }))).toEqual(['tagRules.0.rule.all.0.value']);
    expect(pathsOf({ tagRules: [{ tag: 'key', rule: { field: 'points', op: 'gte', value: 1 } }] })).toEqual([
      'tagRules.0.tag',
    ]);
  });

  test.each([
    [{ field: 'tags', op: 'in', value: ['y'] }, 'cannot be asked for by the rule of a tag'],
    [{ field: 'clicked', op: 'withinDays', value: 7 }, 'is not known where tags are given'],
    [{ field: 'reachable.sms', op: 'eq', value: true }, 'is not known where tags are given'],
    [{ field: 'predicted.alive', op: 'gte', value: 0.5 }, 'is not known where tags are given'],
    [{ field: 'did.viewed', op: 'gte', value: 1 }, 'is not known where tags are given'],
  ])('ask only what the file tells: %j', (condition, message) => {
    expect(wrong(rule(condition))).toEqual([`tagRules[0].rule.all[0].field ${message}`]);
  });

  test('name groups and tiers that there are, and each tag once', () => {
    const inSouth = { field: 'region.group', op: 'eq', value: 'South' };
    expect(wrong(rule(inSouth))).toEqual([expect.stringContaining('tagRules[0].rule.all[0].value must be one of')]);
    expect(wrong({ ...rule(inSouth), regionGroups: { South: ['Hainan'] } })).toEqual([]);
    expect(wrong(rule({ field: 'tier', op: 'eq', value: 'gold' }))).toHaveLength(1);
    const twice = { tagRules: [...rule(inSouth).tagRules, ...rule(inSouth).tagRules], regionGroups: { South: ['A'] } };
    expect(wrong(twice)).toEqual(['tagRules[1].tag has a rule already']);
  });
});

describe('a patch', () => {
  test('changes what it names and keeps the rest', () => {
    const groups = patched(defaultSettings, parse({ regionGroups: { South: ['Hainan'], North: ['Hebei'] } }));
    const after = patched(groups, parse({ regionGroups: { South: null }, points: { expiryMonths: null } }));
    expect(after.regionGroups).toEqual({ North: ['Hebei'] });
    expect(after.points).toEqual({ newcomerMultiplier: '1', expiryMonths: null });
    const rolling = patched(after, parse({ tiers: { window: { days: 365, graceDays: 30 } } })).tiers;
    expect(rolling).toEqual({ ...defaultSettings.tiers, window: { days: 365, graceDays: 30 } });
    expect(patched(after, parse({ rfm: { windowDays: 180 } })).rfm).toEqual({
      windowDays: 180,
      scores: { by: 'quintiles' },
    });
  });

  test('that contradicts itself in tiers or scores names the field', () => {
    expect(wrong({ tiers: { basis: 'stage', levels: defaultSettings.tiers.levels.slice(0, 2).reverse() } })).toEqual([
      'tiers.levels[1].stage must ask for more than the level below',
    ]);
    expect(
      wrong({
        baseCurrency: 'JPY',
        rfm: { scores: { by: 'thresholds', r: [1, 2, 3, 4], f: [1, 2, 3, 4], m: ['1', '2', '3', '4.5'] } },
      }),
    ).toEqual(['rfm.scores.m[3] has more decimals than JPY']);
  });
});
