import { describe, expect, test } from 'vitest';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { MemoryTouchStore } from '../../../shared/adapters/memory/touch-store.ts';
import { type TouchCall, type Work, workSchema } from '../../../shared/contracts/work.ts';
import type { Instant } from '../../../shared/domain/calendar.ts';
import { claimed, skipped } from '../../../shared/domain/touches/touch.ts';
import type { TouchDueIndex } from '../../../shared/usecases/messages/messaging-ports.ts';
import { sweepRest, sweepTouches } from '../../../shared/usecases/messages/sweep-touches.ts';
import { anEnrolment } from '../../support/enrolment-store-suite.ts';
import { aTouch, day, hour, memoryMarks, minute, noon } from '../../support/touches.ts';

type Query = Parameters<TouchDueIndex['readDueTouches']>;

/** A sweep over a store of its own that keeps what it asked, called for and handed on. */
function aSweep(sweptUntil?: Instant) {
  const touches = new MemoryTouchStore(new MemoryCustomerStore());
  const queries: Query[] = [];
  const calls: TouchCall[] = [];
  const work: Work[] = [];
  const marks = memoryMarks(sweptUntil);
  const deps = {
    dueTouches: {
      readDueTouches: (...query: Query) => {
        queries.push(query);
        return touches.readDueTouches(...query);
      },
    },
    queues: { call: async (some: readonly TouchCall[]) => void calls.push(...some) },
    marks,
    work: { send: async (one: Work) => void work.push(workSchema.parse(one)) },
  };
  return {
    touches,
    queries,
    calls,
    work,
    marks,
    deps,
    sweep: (at: Instant) => sweepTouches(at, deps),
    wait: async (customer: string, dueAt: Instant) => void (await touches.plan(aTouch({ customer }, dueAt))),
  };
}

const called = (calls: readonly TouchCall[]) => calls.map(({ customer }) => customer).sort();

describe('the minute’s sweep', () => {
  test('calls for what has come due since the last, and asks each of sixteen shards once', async () => {
    const { sweep, wait, calls, queries, marks } = aSweep(noon + 10 * minute);
    await wait('before', noon + 9 * minute);
    await wait('just before', noon + 9 * minute + 1);
    await wait('now', noon + 11 * minute);
    await wait('later', noon + 11 * minute + 1);
    expect(await sweep(noon + 11 * minute)).toEqual({ called: 2 });
    // An index lags: what came due in the minute before is called for once more.
    expect(called(calls)).toEqual(['just before', 'now']);
    expect(queries.map(([shard]) => shard).sort((a, b) => a - b)).toEqual([...Array(16).keys()]);
    expect(marks.until).toBe(noon + 11 * minute);
  });

  test('tells by the keys what is due: touches go to their queues, steps of journeys and campaigns are work', async () => {
    const { sweep, wait, calls, work, touches } = aSweep(noon);
    await wait('reader', noon + minute);
    for (let number = 0; number < 250; number++) {
      const value = anEnrolment({ customer: 'traveller', occurrence: `on ${number}`, dueAt: noon + minute });
      await touches.enrolments.saveEnrolment({ value, version: 0 });
    }
    const campaign = anEnrolment({
      customer: 'campaign#spring',
      journey: 'next',
      occurrence: 'x',
      dueAt: noon + minute,
    });
    await touches.enrolments.saveEnrolment({ value: campaign, version: 0 });
    expect(await sweep(noon + minute)).toEqual({ called: 252 });
    expect(called(calls)).toEqual(['reader']);
    expect(work.flatMap((one) => (one.type === 'campaign.due' ? [one.campaign] : []))).toEqual(['spring']);
    const parts = work.flatMap((one) => (one.type === 'enrolments.due' ? [one.enrolments] : []));
    expect(parts.map((part) => part.length)).toEqual([100, 100, 50]);
    expect(new Set(parts.flat().map(({ entry }) => entry)).size).toBe(250);
    expect(parts[0]?.[0]).toEqual({ customer: 'traveller', entry: '#nurture#on 0' });
  });

  test('asks sixteen times when nothing is due, however many wait', async () => {
    const { sweep, wait, queries, calls } = aSweep(noon);
    for (let index = 0; index < 200; index++) await wait(`c${index}`, noon + day);
    await sweep(noon + minute);
    expect([queries.length, calls.length]).toEqual([16, 0]);
  });

  test('calls once for a customer and channel, however much is due', async () => {
    const { sweep, touches, calls } = aSweep(noon);
    for (const channel of ['email', 'email', 'sms'] as const) {
      for (const occurrence of ['a', 'b']) await touches.plan(aTouch({ channel, occurrence }, noon + minute));
    }
    expect(await sweep(noon + minute)).toEqual({ called: 2 });
    expect(calls).toEqual([
      { customer: 'c1', channel: 'email' },
      { customer: 'c1', channel: 'sms' },
    ]);
  });

  test('calls for claims whose lease is over, and not for what is settled', async () => {
    const { sweep, touches, calls } = aSweep(noon);
    const claim = { at: noon - minute, until: noon + minute, address: 'e:x', customer: 'c1' };
    await touches.plan(claimed(aTouch(), claim, { at: noon - minute, gates: [] }));
    await touches.plan(skipped(aTouch({ customer: 'c2' }), 'consent'));
    await sweep(noon + minute);
    expect(called(calls)).toEqual(['c1']);
  });

  test.each<[string, Instant | undefined, Instant]>([
    ['the first there is', undefined, noon + minute],
    ['the first of an hour', noon + 59 * minute, noon + hour],
    ['one after an outage of hours', noon - 5 * hour - minute, noon + minute],
    ['one whose clock was put back', noon + 2 * hour, noon + minute],
    ['one that comes twice', noon + minute, noon + minute],
  ])('calls for everything overdue if it is %s', async (_what, last, at) => {
    const { sweep, wait, calls, queries, marks } = aSweep(last);
    await wait('lost', noon - 3 * day);
    await wait('later', at + 1);
    await sweep(at);
    expect(called(calls)).toEqual(['lost']);
    expect(queries.length).toBe(16);
    expect(marks.until).toBe(at);
  });

  test('covers an outage within the hour', async () => {
    const { sweep, wait, calls } = aSweep(noon + minute);
    await wait('missed', noon + 7 * minute);
    await sweep(noon + 40 * minute);
    expect(called(calls)).toEqual(['missed']);
  });

  test('that fails is not remembered: the next one covers it', async () => {
    const { deps, wait, calls, sweep, marks } = aSweep(noon);
    await wait('c1', noon + minute);
    const queues = { call: () => Promise.reject(new Error('no queue')) };
    await expect(sweepTouches(noon + minute, { ...deps, queues })).rejects.toThrow('no queue');
    expect(marks.until).toBe(noon);
    await sweep(noon + 3 * minute);
    expect(called(calls)).toEqual(['c1']);
  });
});

describe('more than a page in a shard', () => {
  /** One shard full of one customer's touches: as many calls as channels, so keys are counted. */
  async function crowded(count: number) {
    const swept = aSweep(noon);
    const keys: string[] = [];
    for (let index = 0; index < count; index++) {
      const touch = aTouch({ occurrence: `o${index}` }, noon + 1 + index);
      keys.push(touch.id);
      await swept.touches.plan(touch);
    }
    return { ...swept, keys };
  }

  test('is handed on with its bounds, and gone through page by page', async () => {
    const { sweep, work, deps, queries, calls } = await crowded(2500);
    await sweep(noon + minute);
    expect(work).toMatchObject([{ type: 'touches.due', from: noon - minute, until: noon + minute }]);
    const [rest] = work;
    if (rest?.type !== 'touches.due') throw new Error('nothing was handed on');
    queries.length = 0;
    calls.length = 0;
    expect(await sweepRest(rest, () => 60_000, deps)).toEqual({ called: 2 });
    expect(queries.map(([shard, range]) => [shard, range])).toEqual([
      [rest.shard, { from: noon - minute, until: noon + minute }],
      [rest.shard, { from: noon - minute, until: noon + minute }],
    ]);
  });

  test('is handed on again when time runs short, without losing or repeating any', async () => {
    const { deps, work, keys, touches } = await crowded(3300);
    const seen: string[] = [];
    const dueTouches: TouchDueIndex = {
      readDueTouches: async (...query) => {
        const page = await touches.readDueTouches(...query);
        seen.push(...page.items.map(({ id }) => id));
        return page;
      },
    };
    await sweepTouches(noon + minute, { ...deps, dueTouches });
    for (let part = work.shift(); part; part = work.shift()) {
      if (part.type === 'touches.due') await sweepRest(part, () => 0, { ...deps, dueTouches });
    }
    expect(seen.sort()).toEqual(keys.sort());
  });

  test('of everything overdue is handed on without a lower bound', async () => {
    const { sweep, work } = await crowded(1100);
    await sweep(noon + hour);
    expect(work.length).toBe(1);
    expect(work[0]).not.toHaveProperty('from');
  });
});
