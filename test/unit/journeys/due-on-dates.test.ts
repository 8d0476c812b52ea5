import { describe, expect, test } from 'vitest';
import { noticeCustomer } from '../../../shared/domain/customers/notice-customer.ts';
import { defaultSettings, type Settings } from '../../../shared/domain/settings/settings.ts';
import { enterForCustomers } from '../../../shared/usecases/journeys/enter-journeys.ts';
import { runRecomputePart } from '../../../shared/usecases/life-cycle/run-recompute-part.ts';
import { aBuyer, aJourney, aSend, journeysIn } from '../../support/journeys.ts';
import { day, hour, messaging, noon } from '../../support/touches.ts';

const bought = noon - 3 * hour;
const marks = { sincePurchase: [45, 60], birthday: [0], anniversary: false };
const settings: Settings = { ...defaultSettings, dayMarks: marks };
/** Midnight in Shanghai before the day of this purchase. */
const midnight = noon - 12 * hour;

describe('a customer', () => {
  test('is due a day before each date that a journey waits for, and then for the stage', () => {
    const file = aBuyer([bought]);
    const here = () => 'Asia/Shanghai';
    const dueAfter = (asOf: number) =>
      ((noticeCustomer(file, asOf, 'time', settings, file.noticed, here).dueAt ?? 0) - midnight) / day;
    expect(dueAfter(noon)).toBe(44);
    expect(dueAfter(noon + 44 * day)).toBe(59);
    expect(dueAfter(noon + 60 * day)).toBe(91);
    expect(noticeCustomer(file, noon, 'time', defaultSettings).dueAt).toBe(midnight + 91 * day);
  });

  test('is due by the first clock on Earth where nobody knows theirs, six hours before the one of Shanghai', () => {
    const { dueAt = 0 } = noticeCustomer(aBuyer([bought]), noon, 'purchase', settings);
    expect(dueAt).toBe(midnight + 44 * day - 6 * hour);
  });

  test('is found by the night, and enters at the hour of the date on their own clock', async () => {
    const world = messaging({ settings: { dayMarks: marks } });
    const journeys = journeysIn(world);
    journeys.only(aJourney({ trigger: { on: 'days.sincePurchase', day: 45 }, steps: [aSend('remind')] }));
    const file = aBuyer([bought]);
    const { dueAt, noticed } = noticeCustomer(file, noon, 'purchase', settings);
    await world.putItems([{ type: 'file', file: { ...file, noticed }, ...(dueAt !== undefined && { dueAt }) }]);
    const nights: number[] = [];
    for (let night = midnight + 30 * day + 3 * hour; night < midnight + 50 * day; night += day) {
      world.clock.time = night;
      const item = world.memory.files.get('c1');
      const isDue = item?.value.type === 'file' && (item.value.dueAt ?? Number.POSITIVE_INFINITY) <= night;
      if (!item || !isDue) continue;
      nights.push((night - midnight - 3 * hour) / day);
      const part = { type: 'night.due', run: 'night', asOf: night, shard: 0 } as const;
      await runRecomputePart(part, () => 60_000, {
        ...world.deps,
        store: Object.assign(world.memory, { readDue: async () => ({ items: [{ id: 'c1', item }] }) }) as never,
        runs: { startRun: async () => true, readRun: async () => undefined, stepDone: async () => undefined },
      });
      // The written file is a change of the customer.
      await enterForCustomers(['c1'], world.deps);
    }
    expect(nights).toEqual([44]);
    expect(await journeys.enrolments()).toMatchObject([{ state: 'active', dueAt: midnight + 45 * day + 10 * hour }]);
    await journeys.at(midnight + 45 * day + 10 * hour);
    expect(await journeys.states()).toEqual(['remind sent']);
  });
});
