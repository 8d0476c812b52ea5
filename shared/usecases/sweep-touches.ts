import type { TouchCall } from '../contracts/work.ts';
import type { Instant } from '../domain/calendar.ts';
import { dueShards } from '../domain/sharding.ts';
import { channelOfTouch } from '../domain/touches/touch.ts';
import type { SweepMarks, TouchDueIndex, TouchKey, TouchQueues } from './messaging-ports.ts';
import type { WorkQueue } from './ports.ts';
import { workThrough } from './work-through.ts';

export interface SweepDeps {
  readonly dueTouches: TouchDueIndex;
  readonly queues: TouchQueues;
  readonly marks: SweepMarks;
  readonly work: WorkQueue;
}

const pageSize = 1000;
const hourMs = 3_600_000;
/** An index lags behind its table: what was written just before the last sweep is looked for once more. */
const overlapMs = 60_000;

/**
 * Calls for every touch that has come due since the last sweep, one query a shard: sixteen, however many wait. On the hour
 * everything overdue is called for again, in case a call was lost.
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
  const calls = callsFor(page.items);
  await deps.queues.call(calls);
  if (page.next !== undefined) await deps.work.send({ type: 'touches.due', shard, ...range, after: page.next });
  return calls.length;
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
    doPage: async (touches) => {
      const calls = callsFor(touches);
      await deps.queues.call(calls);
      called += calls.length;
    },
    handOn: (after) => deps.work.send({ type: 'touches.due', shard, ...range, after }),
  });
  return { called };
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
