import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stageHistory } from '../../../shared/domain/life-cycle/history.ts';
import { stageOnDay } from '../../../shared/domain/life-cycle/stage.ts';

const limits = { l1: 90, l2: 180, l3: 360 };

describe('the history of stages', () => {
  it('tells a customer who was lost and came back', () => {
    expect(stageHistory([0, 400], 430, limits).map(({ day, to, byPurchase }) => [day, to, byPurchase])).toEqual([
      [0, 'new_once', true],
      [91, 'silent', false],
      [181, 'sleeping', false],
      [361, 'lost', false],
      [400, 'returning_once', true],
    ]);
  });

  it('tells on every day the stage of that day, and changes only to another', () => {
    const days = fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 8 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 600 }), (all, today) => {
        const past = all.filter((day) => day <= today);
        const history = stageHistory(past, today, limits);
        for (const { from, to } of history) expect(from).not.toBe(to);
        for (let day = 0; day <= today; day += 7) {
          const told = history.findLast((change) => change.day <= day)?.to ?? 'prospect';
          expect(told).toBe(stageOnDay(past, past.filter((bought) => bought <= day).length, day, limits));
        }
      }),
      { numRuns: 200 },
    );
  });
});
