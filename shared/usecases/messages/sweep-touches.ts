import type { TouchCall } from '../../contracts/work.ts';
import type { Instant } from '../../domain/calendar.ts';
import { hourMs } from '../../domain/durations.ts';
import { dueShards } from '../../domain/sharding.ts';
import { channelOfTouch } from '../../domain/touches/touch.ts';
import type { WorkQueue } from '../ports.ts';
import { workThrough } from '../work-through.ts';
import type { SweepMarks, TouchDueIndex, TouchKey, TouchQueues } from './messaging-ports.ts';

export interface SweepDeps {
  readonly dueTouches: TouchDueIndex;
  readonly queues: TouchQueues;
  readonly marks: SweepMarks;
  readonly work: WorkQueue;
}

const pageSize = 1000;
/** An index lags behind its table: what was written just before the last sweep is looked for once more. */
const overlapMs = 60_000;

/**
 * Calls for everything that has come due since the last sweep, one query a shard: sixteen, however much waits. Touches go to
 * their queues, steps of journeys and moments of campaigns are work. On the hour everything overdue is called for again, in
 * case a call was lost.
 * @param at the minute the schedule fired for
 */
export async function sweepTouches(at: Instant, deps: SweepDeps): Promise<{ called: number }> {
  const last = await deps.marks.sweptUntil();
  const isOverdueToo = last === undefined || last >= at || Math.floor(last / hourMs) < Math.floor(at / hourMs);
  const range = { until: at, ...(!isOverdueToo && { from: last - overlapMs }) };
  const shards = [...Array(dueShards).keys()];
  const called = await Promise.all(shards.map((shard) => sweepShard(shard, range, deps)));
  await deps.marks.remember(at);
  return { called: called.reduce((sum, calls) => sum + calls, 0) };
}

interface Range {
  readonly from?: Instant;
  readonly until: Instant;
}

/** The first page; what is beyond it is work of its own. */
async function sweepShard(shard: number, range: Range, deps: SweepDeps): Promise<number> {
  const page = await deps.dueTouches.readDueTouches(shard, range, undefined, pageSize);
  const called = await callFor(page.items, deps);
  if (page.next !== undefined) await deps.work.send({ type: 'touches.due', shard, ...range, after: page.next });
  return called;
}

/** The rest of a shard that had more than a page; short of time it hands on what is left. */
export async function sweepRest(
  part: Range & { readonly shard: number; readonly after: string },
  remainingMs: () => number,
  deps: Omit<SweepDeps, 'marks'>,
): Promise<{ called: number }> {
  const { shard, from, until } = part;
  const range = { until, ...(from !== undefined && { from }) };
  let called = 0;
  await workThrough({
    after: part.after,
    remainingMs,
    readPage: (after) => deps.dueTouches.readDueTouches(shard, range, after, pageSize),
    doPage: async (due) => {
      called += await callFor(due, deps);
    },
    handOn: (after) => deps.work.send({ type: 'touches.due', shard, ...range, after }),
  });
  return { called };
}

/** Steps of journeys in one message of work. */
const enrolmentsAtOnce = 100;

async function callFor(
  due: readonly TouchKey[],
  { queues, work }: Pick<SweepDeps, 'queues' | 'work'>,
): Promise<number> {
  const { touch = [], enrolment = [], campaign = [] } = Object.groupBy(due, kindOf);
  const calls = callsFor(touch);
  await queues.call(calls);
  for (let start = 0; start < enrolment.length; start += enrolmentsAtOnce) {
    const some = enrolment.slice(start, start + enrolmentsAtOnce);
    await work.send({
      type: 'enrolments.due',
      enrolments: some.map(({ customer, id }) => ({ customer, entry: id })),
    });
  }
  for (const { customer } of campaign) {
    await work.send({ type: 'campaign.due', campaign: customer.slice(campaignPrefix.length) });
  }
  return calls.length + enrolment.length + campaign.length;
}

/** In place of a customer, of a campaign's next moment. */
const campaignPrefix = 'campaign#';

function kindOf({ customer, id }: TouchKey): 'touch' | 'enrolment' | 'campaign' {
  if (customer.startsWith(campaignPrefix)) return 'campaign';
  return id.startsWith('#') ? 'enrolment' : 'touch';
}

/** One call for a customer and channel, however many of their touches are due. */
function callsFor(touches: readonly TouchKey[]): TouchCall[] {
  const calls = new Map<string, TouchCall>();
  for (const { customer, id } of touches) {
    const channel = channelOfTouch(id);
    calls.set(`${customer} ${channel}`, { customer, channel });
  }
  return [...calls.values()];
}
