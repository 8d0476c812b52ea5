import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfDay, parseDay } from '../../../shared/domain/calendar.ts';
import { buyingSampleOf } from '../../../shared/domain/predictions/buying-sample.ts';
import { buyingHistoryAt, frequencyOf, inWeeks } from '../../../shared/domain/predictions/frequency.ts';
import { shuffled } from '../../support/naive-stages.ts';

const day = (text: string) => parseDay(text) ?? Number.NaN;
const zone = 'Asia/Shanghai';
const bought = (text: string, amount: number) => ({ paidAt: endOfDay(day(text), zone), day: day(text), amount });

describe('repeats, their span and the time known', () => {
  const today = day('2015-02-07');
  test.each([
    [['2015-02-01', '2015-02-06'], { repeats: 1, lastAfter: 5, knownFor: 6 }],
    [['2015-01-01'], { repeats: 0, lastAfter: 0, knownFor: 37 }],
    [['2015-01-01', '2015-01-02', '2015-01-05'], { repeats: 2, lastAfter: 4, knownFor: 37 }],
    [['2015-01-05', '2015-01-01', '2015-01-05'], { repeats: 1, lastAfter: 4, knownFor: 37 }],
    [['2015-02-07'], { repeats: 0, lastAfter: 0, knownFor: 0 }],
    [['2015-02-08', '2015-02-01'], { repeats: 1, lastAfter: 7, knownFor: 7 }],
  ])('%j', (days, expected) => expect(frequencyOf(days.map(day), today)).toEqual(expected));
  test('nobody without a day', () => expect(frequencyOf([], today)).toBeUndefined());
  test('in weeks', () => expect(inWeeks({ repeats: 2, lastAfter: 14, knownFor: 21 })).toEqual({ x: 2, tx: 2, T: 3 }));
});

describe('the history by a moment', () => {
  const asOf = endOfDay(day('2015-02-07'), zone);
  test('the amounts of one day are one purchase; the first day is no repeat', () => {
    const purchases = [bought('2015-02-01', 300), bought('2015-02-06', 500), bought('2015-02-06', 100)];
    expect(buyingHistoryAt([...purchases, bought('2015-02-03', 200)], asOf, zone)).toEqual({
      repeats: 2,
      lastAfter: 5,
      knownFor: 6,
      amount: 1100,
      repeatAmount: 400,
    });
  });
  test('what is paid later is left out', () =>
    expect(buyingHistoryAt([bought('2015-02-07', 300), bought('2015-02-08', 1)], asOf, zone)).toEqual({
      repeats: 0,
      lastAfter: 0,
      knownFor: 0,
      amount: 300,
      repeatAmount: 0,
    }));
  test('a prospect has none', () => expect(buyingHistoryAt([bought('2015-02-08', 1)], asOf, zone)).toBeUndefined());
});

describe('the sample of a base', () => {
  const history = fc
    .record({ repeats: fc.nat(5), lastAfter: fc.nat(40), knownFor: fc.nat(60), amount: fc.nat(9), mean: fc.nat(9) })
    .map(({ repeats, lastAfter, knownFor, amount, mean }) => ({
      repeats,
      lastAfter: repeats === 0 ? 0 : lastAfter + 1,
      knownFor: lastAfter + 1 + knownFor,
      amount,
      repeatAmount: repeats === 0 ? 0 : mean,
    }));

  test('counts equal histories together, whatever their order and however they were joined', () => {
    fc.assert(
      fc.property(fc.array(history, { maxLength: 200 }), fc.nat(200), fc.integer(), (histories, cut, seed) => {
        const whole = buyingSampleOf(histories);
        const mixed = shuffled(histories, seed);
        const joined = buyingSampleOf(mixed.slice(cut));
        joined.join(buyingSampleOf(mixed.slice(0, cut)));
        expect(joined.groups()).toEqual(whole.groups());
        expect(joined.repeatAmounts()).toEqual(whole.repeatAmounts());
        expect(joined.totals).toEqual(whole.totals);

        const { size, repeats, lastAfter, knownFor, customers } = whole.groups();
        const counted = Array.from({ length: size }, (_, g) => [
          `${repeats[g]} ${lastAfter[g]} ${knownFor[g]}`,
          customers[g],
        ]);
        const naive = Map.groupBy(histories, (each) => `${each.repeats} ${each.lastAfter} ${each.knownFor}`);
        expect(new Map(counted as [string, number][])).toEqual(
          new Map([...naive].map(([key, { length }]) => [key, length])),
        );
        const again = histories.filter((each) => each.repeats > 0 && each.repeatAmount > 0);
        expect(whole.repeatAmounts().size).toBe(again.length);
      }),
    );
  });
});
