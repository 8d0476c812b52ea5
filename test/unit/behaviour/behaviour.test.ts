import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BehaviourEvent,
  behaviourOf,
  joinBehaviour,
  keptFor,
  mostAhead,
  mostEvents,
  oldestNews,
  timeRefused,
  timesByType,
} from '../../../shared/domain/behaviour/behaviour.ts';
import { someOf } from '../../config/runs.ts';

const now = Date.UTC(2026, 10, 23, 8);

/** Few times, types and ids, so that events meet: some too old, some at the limit, some with one id for two contents. */
const arbitraryEvent: fc.Arbitrary<BehaviourEvent> = fc
  .record({
    type: fc.constantFrom('viewed', 'carted'),
    ago: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(keptFor - 1, keptFor, keptFor + 1, 2 * keptFor)),
    product: fc.option(fc.constantFrom('p1', 'p2'), { nil: undefined }),
    key: fc.option(fc.constantFrom('k1', 'k2', 'k3'), { nil: undefined }),
  })
  .map(({ type, ago, product, key }) => ({
    type,
    at: now - ago,
    ...(product !== undefined && { product }),
    ...(key !== undefined && { key }),
  }));
const arbitraryEvents = fc.array(arbitraryEvent, { maxLength: 12 });

/** The newest of those that are young enough, each once; of one id the last in time, then in the order of the alphabet. */
function naive(events: readonly BehaviourEvent[]): BehaviourEvent[] {
  const place = ({ at, type, product = '', key = '' }: BehaviourEvent) => `${at} ${type} ${product} ${key}`;
  const young = events.filter(({ at }) => now - at <= keptFor).sort((a, b) => (place(a) < place(b) ? -1 : 1));
  return young.filter((event, index) => {
    const later = young.slice(index + 1);
    return event.key === undefined
      ? !later.some((other) => other.key === undefined && place(other) === place(event))
      : !later.some(({ key }) => key === event.key);
  });
}

describe('what a customer did is a set', () => {
  test('that comes out the same in any order and however often it is told', () => {
    fc.assert(
      fc.property(arbitraryEvents, fc.infiniteStream(fc.nat()), (events, numbers) => {
        const again = [...events, ...events];
        const order = [...numbers.take(again.length)];
        const shuffled = again.map((event, index) => ({ event, by: order[index] ?? 0 })).sort((a, b) => a.by - b.by);
        let row: BehaviourEvent[] = [];
        for (const { event } of shuffled) row = joinBehaviour(row, [event], now);
        expect(row).toEqual(naive(events));
      }),
      { numRuns: someOf(500) },
    );
  });

  test('that two halves join into, either way and over again', () => {
    fc.assert(
      fc.property(arbitraryEvents, arbitraryEvents, (a, b) => {
        const joined = joinBehaviour(a, b, now);
        expect(joinBehaviour(b, a, now)).toEqual(joined);
        expect(joinBehaviour(joined, a, now)).toEqual(joined);
        expect(joinBehaviour(joinBehaviour(a, [], now), joinBehaviour([], b, now), now)).toEqual(joined);
        expect(
          behaviourOf(
            [
              { customer: 'a', events: a },
              { customer: 'b', events: b },
            ],
            now,
          ),
        ).toEqual(joined);
      }),
      { numRuns: someOf(500) },
    );
  });

  test('of which the newest 500 are kept, however they are told', () => {
    const events = Array.from({ length: mostEvents + 120 }, (_, index) => ({
      type: 'viewed',
      at: now - index * 60_000,
    }));
    const newest = events.slice(0, mostEvents).reverse();
    expect(joinBehaviour(events, [], now)).toEqual(newest);
    let row: BehaviourEvent[] = [];
    for (let start = 0; start < events.length; start += 77)
      row = joinBehaviour(row, events.slice(start, start + 77), now);
    expect(row).toEqual(newest);
  });

  test('from which time takes the oldest away', () => {
    const events = [
      { type: 'viewed', at: now - keptFor },
      { type: 'viewed', at: now },
    ];
    expect(joinBehaviour(events, [], now)).toHaveLength(2);
    expect(joinBehaviour(events, [], now + 1)).toEqual([{ type: 'viewed', at: now }]);
  });
});

describe('news', () => {
  test.each([
    ['90 days old', now - oldestNews, undefined],
    ['a millisecond older', now - oldestNews - 1, 'too_old'],
    ['five minutes ahead', now + mostAhead, undefined],
    ['a millisecond further', now + mostAhead + 1, 'ahead'],
  ])('that is %s', (_name, at, refused) => {
    expect(timeRefused(at, now)).toBe(refused);
  });
});

test('times are found by type', () => {
  const events = [
    { type: 'viewed', at: 1 },
    { type: 'carted', at: 2, product: 'p' },
    { type: 'viewed', at: 3 },
  ];
  expect(timesByType(events)).toEqual(
    new Map([
      ['viewed', [1, 3]],
      ['carted', [2]],
    ]),
  );
});
