import { expect, test } from 'vitest';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { doubtsAbout } from '../../../shared/usecases/segments/save-segment.ts';

const deps = {
  settings: { settings: async () => ({ ...defaultSettings, regionGroups: { South: ['Hainan'] } }) },
  shops: { listShops: async () => ({ items: [] }) },
  limits: { nightlyLimits: async () => undefined },
  clock: { now: () => 0 },
};

test('a rule saved before a tier and a region group went is told so, with the place', async () => {
  const rule = {
    any: [
      { field: 'region.group', op: 'in', value: ['South', 'Coast'] },
      { not: { field: 'tier', op: 'eq', value: 'gold' } },
      { field: 'tier', op: 'eq', value: 'vip' },
    ],
  } as const;
  const message = 'is not in the settings any more: nobody is in it';
  expect(await doubtsAbout(rule, deps)).toEqual([
    { field: 'rule.any[0].value[1]', message },
    { field: 'rule.any[1].not.value', message },
  ]);
});
