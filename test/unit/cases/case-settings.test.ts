import { describe, expect, test } from 'vitest';
import { settingsPatchSchema } from '../../../shared/contracts/http/settings.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { patched } from '../../../shared/usecases/settings/change-settings.ts';

const changed = (patch: object) => patched(defaultSettings, settingsPatchSchema.parse(patch));

describe('settings of cases and questionnaires', () => {
  test('are changed each by itself', () => {
    const { cases } = changed({ cases: { dueHours: { 3: 2 }, alertRate: 0.2 } });
    expect(cases).toEqual({ dueHours: { 1: 72, 2: 24, 3: 2 }, alertRate: 0.2, alertOrders: 20 });
    expect(changed({}).cases).toEqual(defaultSettings.cases);
  });

  test('a gift comes and goes', () => {
    const given = patched(
      defaultSettings,
      settingsPatchSchema.parse({ questionnaire: { points: 50, coupon: 'thanks' } }),
    );
    expect(given.questionnaire).toEqual({ points: 50, coupon: 'thanks' });
    expect(patched(given, settingsPatchSchema.parse({ questionnaire: { coupon: null } })).questionnaire).toEqual({
      points: 50,
    });
  });

  test.for([{ cases: { dueHours: { 4: 1 } } }, { cases: { alertRate: 2 } }, { questionnaire: { points: 0 } }])(
    'refuse %j',
    (patch) => expect(settingsPatchSchema.safeParse(patch).success).toBe(false),
  );
});
