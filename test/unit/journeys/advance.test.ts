import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Action, advance, type JourneyView } from '../../../shared/domain/journeys/advance.ts';
import type { Enrolment } from '../../../shared/domain/journeys/enrolment.ts';
import { enrolled } from '../../../shared/domain/journeys/enter.ts';
import { type JourneyDefinition, journeySchema, type Step } from '../../../shared/domain/journeys/journey.ts';
import { compileJourney } from '../../../shared/domain/journeys/program.ts';
import { at, shown } from '../../support/journey-world.ts';

const HOUR = 3_600_000;
const start = at('2026-03-02 10:20');
const view: JourneyView = {
  zone: 'Asia/Shanghai',
  quietHours: { from: '21:00:00', to: '09:00:00' },
  exit: () => undefined,
  holds: () => true,
  reacted: () => false,
};

const send = (id: string, more: object = {}) => ({
  send: { id, class: 'care', channels: ['email'], template: 'greeting', ...more },
});
const journey = (steps: readonly unknown[], more: object = {}): JourneyDefinition =>
  journeySchema.parse({ id: 'j', name: 'J', trigger: { on: 'purchase.first' }, steps, ...more });
const entered = (since = start): Enrolment =>
  enrolled('anna', { id: 'j', version: 3 }, { name: 'first north#1', at: since });

/** Ids of steps with when they were due, over looks at these moments. */
function follow(
  definition: JourneyDefinition,
  looks: readonly number[],
  seen: Partial<JourneyView> = {},
  since = start,
) {
  let enrolment = entered(since);
  const actions: (Action & { readonly done: number })[] = [];
  for (const now of looks) {
    const next = advance(compileJourney(definition), enrolment, { type: 'time', at: now }, { ...view, ...seen });
    enrolment = next.enrolment;
    actions.push(...next.actions.map((action) => ({ ...action, done: now })));
  }
  return { enrolment, actions };
}
const everyHour = (days: number, since = start) =>
  Array.from({ length: days * 24 + 1 }, (_, hour) => since + hour * HOUR);
const dueTimes = ({ actions }: { readonly actions: readonly Action[] }, zone = 'Asia/Shanghai') =>
  actions.map(({ id, dueAt }) => `${id} ${shown(dueAt, zone)}`);

describe('waits', () => {
  test('minutes and hours elapse, days keep the wall time unless an hour is given', () => {
    const steps = [
      { wait: { minutes: 30 } },
      send('a'),
      { wait: { hours: 1.5 } },
      send('b'),
      { wait: { days: 2 } },
      send('c'),
      { wait: { days: 1, at: '15:00' } },
      send('d'),
      { wait: { days: 0, at: '09:30' } },
      send('e'),
      { wait: { days: 7, from: 'cause' } },
      send('f'),
    ];
    expect(dueTimes(follow(journey(steps), everyHour(9)))).toEqual([
      'a 2026-03-02 10:50',
      'b 2026-03-02 12:20',
      'c 2026-03-04 12:20',
      'd 2026-03-05 15:00',
      // That hour of the day is over: at once.
      'e 2026-03-05 15:00',
      'f 2026-03-09 10:20',
    ]);
  });

  test.each([
    ['a time that is skipped: the first minute after', '2026-03-07 02:30', '2026-03-08 03:00'],
    ['an hour that is repeated: the first time', '2026-10-31 01:30', '2026-11-01 01:30'],
    ['a day of 23 hours', '2026-03-07 12:00', '2026-03-08 12:00'],
    ['a day of 25 hours', '2026-10-31 12:00', '2026-11-01 12:00'],
  ])('summer time in New York: %s', (_name, from, to) => {
    const zone = 'America/New_York';
    const since = at(from, zone);
    const { actions } = follow(journey([{ wait: { days: 1 } }, send('a')]), [since + 72 * HOUR], { zone }, since);
    expect(dueTimes({ actions }, zone)).toEqual([`a ${to}`]);
    if (from.startsWith('2026-10-31 01')) expect(actions[0]?.dueAt).toBe(since + 24 * HOUR);
  });

  test('a customer who moves waits by the new clock', () => {
    const definition = journey([{ wait: { days: 1, at: '10:00' } }, send('a')]);
    const { enrolment } = follow(definition, [start]);
    const tokyo = { ...view, zone: 'Asia/Tokyo' };
    const early = advance(compileJourney(definition), enrolment, { type: 'time', at: at('2026-03-03 09:00') }, tokyo);
    expect(early.actions).toHaveLength(1);
  });

  test('a cause that lies ahead is waited for', () => {
    const { enrolment, actions } = follow(journey([send('a')]), [start - 40 * HOUR, start - 1]);
    expect([enrolment.state, enrolment.dueAt, actions]).toEqual(['active', start, []]);
  });
});

describe('steps', () => {
  const nested = journey([
    {
      branch: {
        if: { rule: { field: 'stage', op: 'eq', value: 'silent' } },
        yes: [send('a'), { wait: { hours: 1 } }],
        no: [send('b')],
      },
    },
    { branch: { if: { reacted: 'clicked', step: 'a' }, yes: [{ tag: { id: 'c', add: 'keen' } }] } },
    { points: { id: 'd', amount: 10, reason: 'thanks' } },
    { coupon: { id: 'e', coupon: 'ten' } },
    { task: { id: 'f', kind: 'question', reason: 'call' } },
    { webhook: { id: 'g', event: 'journey.ended' } },
  ]);

  test.each([
    ['yes, clicked', { reacted: (step: string) => step === 'a' }, 'a c d e f g'],
    ['yes, not clicked', {}, 'a d e f g'],
    ['no', { holds: (): boolean => false }, 'b d e f g'],
  ] as const)('a branch: %s', (_name, seen, ids) => {
    const { actions, enrolment } = follow(nested, everyHour(1), seen);
    expect(actions.map(({ id }) => id).join(' ')).toBe(ids);
    expect(enrolment.state).toBe('done');
  });

  test('an action carries what its step says', () => {
    const { actions } = follow(nested, everyHour(1), { holds: () => false });
    expect(actions.slice(1)).toMatchObject([
      { type: 'points', amount: 10, reason: 'thanks' },
      { type: 'coupon', coupon: 'ten' },
      { type: 'task', kind: 'question', severity: 2 },
      { type: 'webhook', event: 'journey.ended' },
    ]);
  });

  test('whom the filter does not hold of gets nothing', () => {
    const filtered = journey([send('a')], { filter: { field: 'stage', op: 'eq', value: 'silent' } });
    const { enrolment, actions } = follow(filtered, [start], { holds: () => false });
    expect([enrolment.state, actions]).toEqual(['filtered', []]);
  });

  test('old news is put on record by its first message', () => {
    const definition = journey([{ wait: { hours: 2 } }, send('a'), send('b')]);
    const input = { type: 'start', at: start + 30 * HOUR, stale: true } as const;
    const { enrolment, actions } = advance(compileJourney(definition), entered(), input, view);
    expect(enrolment).toMatchObject({ state: 'stale', endedAt: input.at });
    expect(actions).toMatchObject([{ id: 'a', leftOut: 'stale' }]);
  });
});

describe('after an outage', () => {
  const series = journey([
    send('a', { expiresAfterHours: 24 }),
    { wait: { days: 1 } },
    send('b', { expiresAfterHours: 24 }),
    { wait: { days: 1 } },
    send('c', { expiresAfterHours: 24 }),
  ]);
  const leftOut = (hours: number) =>
    follow(series, [start + hours * HOUR]).actions.map((one) => [one.id, one.type === 'send' ? one.leftOut : '']);

  test('what is stale is left out, and of what is not the last goes out alone', () => {
    expect(leftOut(48.5)).toEqual([
      ['a', 'expired'],
      ['b', 'expired'],
      ['c', undefined],
    ]);
    const long = journey([send('a'), { wait: { days: 1 } }, send('b'), { wait: { days: 30 } }, send('c')]);
    const { actions } = follow(long, [start + 30 * HOUR]);
    expect(actions).toMatchObject([{ id: 'a', leftOut: 'gives_way' }, { id: 'b' }]);
    expect(actions[1]).not.toHaveProperty('leftOut');
  });

  test('nothing gives way to a message that is stale itself', () => {
    const steps = [send('a', { expiresAfterHours: 99 }), { wait: { days: 1 } }, send('b', { expiresAfterHours: 1 })];
    const { actions } = follow(journey(steps), [start + 30 * HOUR]);
    expect(actions[0]).not.toHaveProperty('leftOut');
    expect(actions[1]).toMatchObject({ id: 'b', leftOut: 'expired' });
  });

  test('who comes to the end with nothing but stale messages has expired', () => {
    expect(leftOut(100)).toEqual([
      ['a', 'expired'],
      ['b', 'expired'],
      ['c', 'expired'],
    ]);
    expect(follow(series, [start + 100 * HOUR]).enrolment.state).toBe('expired');
  });

  test('waits go on from when things were due', () => {
    const { enrolment } = follow(journey([{ wait: { hours: 1 } }, send('a'), { wait: { hours: 5 } }, send('b')]), [
      start + 3 * HOUR,
    ]);
    expect(enrolment.dueAt).toBe(start + 6 * HOUR);
  });
});

test('a message that quiet hours would hold back later gives way by its expiry', () => {
  const definition = journey([
    { wait: { hours: 10 } },
    send('a'),
    { wait: { days: 1, at: '10:00', from: 'cause' } },
    send('b'),
  ]);
  const [action] = follow(definition, [start + 10 * HOUR]).actions;
  // Due at 20:20, and may go out until 08:00: after nine it would be an hour before the next.
  expect(action).toMatchObject({ id: 'a', dueAt: start + 10 * HOUR, expiresAt: at('2026-03-03 08:00') });
  expect(action).not.toHaveProperty('leftOut');
});

/** Any journey, with steps numbered in their order. */
const someJourney = fc.array(someStep(2), { minLength: 1, maxLength: 6 }).map((shapes) => {
  let number = 0;
  const named = (shape: Shape): unknown => {
    if (shape.type === 'wait') return { wait: shape.wait };
    if (shape.type === 'send') return send(`s${number++}`, { expiresAfterHours: shape.hours });
    if (shape.type === 'points') return { points: { id: `s${number++}`, amount: 1, reason: 'r' } };
    const rule = { field: 'stage', op: 'eq', value: 'silent' };
    return { branch: { if: { rule }, yes: shape.yes.map(named), no: shape.no.map(named) } };
  };
  return journey(shapes.map(named));
});

type Shape =
  | { readonly type: 'wait'; readonly wait: object }
  | { readonly type: 'send'; readonly hours: number }
  | { readonly type: 'points' }
  | { readonly type: 'branch'; readonly yes: readonly Shape[]; readonly no: readonly Shape[] };

function someStep(depth: number): fc.Arbitrary<Shape> {
  const from = fc.constantFrom({}, {}, { from: 'cause' });
  const wait = fc
    .oneof(
      fc.record({ minutes: fc.integer({ min: 1, max: 3000 }) }),
      fc.record({ hours: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ days: fc.integer({ min: 0, max: 9 }), at: fc.constantFrom('02:30', '10:00', '23:59') }),
      fc.record({ days: fc.integer({ min: 0, max: 9 }) }),
    )
    .chain((one) => from.map((more) => ({ type: 'wait' as const, wait: { ...one, ...more } })));
  const plain: fc.Arbitrary<Shape>[] = [
    wait,
    fc.integer({ min: 1, max: 100 }).map((hours) => ({ type: 'send' as const, hours })),
    fc.constant({ type: 'points' as const }),
  ];
  if (depth === 0) return fc.oneof(...plain);
  const inner = fc.array(someStep(depth - 1), { maxLength: 3 });
  const branch = fc.record({ type: fc.constant('branch' as const), yes: inner, no: inner });
  return fc.oneof(...plain, branch);
}

const someZone = fc.constantFrom(
  'Asia/Shanghai',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Pacific/Apia',
);
const someStart = fc.integer({ min: at('2026-03-01 00:00'), max: at('2026-11-10 00:00') });
/** Moments of looking, in order: some early, some long after. */
const someLooks = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 60 * 24 * 20 })), {
    minLength: 1,
    maxLength: 30,
  })
  .map((minutes) => {
    let after = 0;
    return minutes.map((each) => {
      after += each * 60_000;
      return after;
    });
  });

describe('whatever the journey, the clock and the moments of looking', () => {
  const runs = fc.record({
    definition: someJourney,
    zone: someZone,
    since: someStart,
    looks: someLooks,
    holds: fc.boolean(),
  });
  const looked = (run: { looks: number[]; since: number }) => run.looks.map((after) => run.since + after);

  test('no step is done twice, nothing before it is due, and due moments only grow', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { actions, enrolment } = follow(
          run.definition,
          looked(run),
          { zone: run.zone, holds: () => run.holds },
          run.since,
        );
        expect(new Set(actions.map(({ id }) => id)).size).toBe(actions.length);
        expect(Object.keys(enrolment.done).sort()).toEqual(actions.map(({ id }) => id).sort());
        const due = actions.map(({ dueAt }) => dueAt);
        expect(due).toEqual([...due].sort((a, b) => a - b));
        expect(due.every((time) => time >= run.since)).toBe(true);
        expect(actions.every(({ dueAt, done }) => dueAt <= done)).toBe(true);
        expect(enrolment.version).toBe(3);
      }),
    );
  });

  test('when nobody is late, each step is done in the minute it is due, and a wait ends when it says', () => {
    fc.assert(
      fc.property(runs, ({ definition, zone, since, holds }) => {
        let enrolment = entered(since);
        for (let steps = 0; enrolment.state === 'active'; steps++) {
          const now = enrolment.dueAt ?? since;
          const next = advance(
            compileJourney(definition),
            enrolment,
            { type: 'time', at: now },
            { ...view, zone, holds: () => holds },
          );
          for (const { dueAt } of next.actions) expect(dueAt).toBe(now);
          expect(next.enrolment.state !== 'active' || (next.enrolment.dueAt ?? 0) > now).toBe(true);
          enrolment = next.enrolment;
          expect(steps).toBeLessThan(100);
        }
        expect(enrolment.state).toBe('done');
      }),
    );
  });

  test('looking more often finds the same due moments', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const seen = { zone: run.zone, holds: () => run.holds };
        const last = Math.max(...looked(run));
        const once = follow(run.definition, [last], seen, run.since);
        const often = follow(run.definition, looked(run), seen, run.since);
        expect(dueTimes(often, run.zone)).toEqual(dueTimes(once, run.zone));
        expect(often.enrolment.place).toBe(once.enrolment.place);
      }),
    );
  });

  test('nothing is done once an exit has come, and it stays ended', () => {
    fc.assert(
      fc.property(runs, fc.nat(30), (run, exits) => {
        const moments = looked(run);
        const exitAt = moments[Math.min(exits, moments.length - 1)] ?? 0;
        let now = 0;
        let enrolment = entered(run.since);
        for (now of moments) {
          const exit = () => (now >= exitAt ? ('purchase' as const) : undefined);
          const next = advance(
            compileJourney(run.definition),
            enrolment,
            { type: 'time', at: now },
            { ...view, zone: run.zone, exit },
          );
          if (now >= exitAt) expect(next.actions).toEqual([]);
          if (enrolment.state !== 'active') expect(next.enrolment).toBe(enrolment);
          enrolment = next.enrolment;
        }
        if (enrolment.state === 'left') expect(enrolment.reason).toBe('purchase');
      }),
    );
  });

  test('what goes out does so within its time, and of two at one look the earlier gives way', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { actions } = follow(run.definition, looked(run), { zone: run.zone, holds: () => run.holds }, run.since);
        for (const action of actions) {
          if (action.type !== 'send') continue;
          const own = action.dueAt + action.step.expiresAfterHours * HOUR;
          expect(action.expiresAt).toBeLessThanOrEqual(own);
          expect(action.leftOut === 'expired').toBe(action.done >= own);
          if (!action.leftOut) expect(action.expiresAt).toBeGreaterThan(action.done);
        }
      }),
    );
  });

  test('failing between doing and saving does the same again', () => {
    fc.assert(
      fc.property(runs, ({ definition, zone, since, looks }) => {
        const enrolment = entered(since);
        const input = { type: 'time', at: since + (looks.at(-1) ?? 0) } as const;
        const again = () => advance(compileJourney(definition), enrolment, input, { ...view, zone });
        expect(again()).toEqual(again());
      }),
    );
  });
});

test('a definition is compiled to places that only lead forward', () => {
  fc.assert(
    fc.property(someJourney, (definition) => {
      const { ops } = compileJourney(definition);
      for (const [place, op] of ops.entries()) {
        const to = op.type === 'jump' ? op.to : op.type === 'branch' ? op.no : place + 1;
        expect(to).toBeGreaterThan(place);
        expect(to).toBeLessThanOrEqual(ops.length);
      }
      expect(ops.filter(({ type }) => type === 'send' || type === 'act')).toHaveLength(countSteps(definition.steps));
    }),
  );
});

function countSteps(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => {
    if ('branch' in step) return sum + countSteps(step.branch.yes) + countSteps(step.branch.no);
    return sum + ('wait' in step ? 0 : 1);
  }, 0);
}
