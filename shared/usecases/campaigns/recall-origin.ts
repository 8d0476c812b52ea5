import type { TouchCall, Work } from '../../contracts/work.ts';
import type { Instant } from '../../domain/calendar.ts';
import { deferred, type OriginType, skipped, type Touch } from '../../domain/touches/touch.ts';
import { inLanes } from '../in-lanes.ts';
import type { OriginIndex } from '../marketing-ports.ts';
import type { TouchQueues, TouchStore } from '../messages/messaging-ports.ts';
import { type Clock, ConflictError, type Versioned, type WorkQueue } from '../ports.ts';
import { workThrough } from '../work-through.ts';

/** How whoever planned touches stands by now. */
export type OriginStanding = 'on' | 'held' | 'over';

export interface RecallDeps {
  readonly originIndex: OriginIndex;
  readonly touches: TouchStore;
  readonly queues: TouchQueues;
  readonly work: WorkQueue;
  readonly clock: Clock;
  /** As of now, past any cache. */
  readonly standingOfOrigin: (type: OriginType, id: string) => Promise<OriginStanding>;
}

export type RecallWork = Extract<Work, { type: 'origin.recall' }>;

/** Why touches wait that are held back by whoever planned them; a recall makes those due. */
export const heldReason = 'paused';

/** Longer than a sender may go on with what it has read: none puts off again what was called for. */
const afterCachesSeconds = 5;
const shards = 8;
const pageSize = 500;
const lanes = 16;

/** Asks for everything that waits of a campaign or a journey to be looked at again: it was resumed, or is over. */
export async function recallOf(
  { type, id }: { readonly type: OriginType; readonly id: string },
  { work }: Pick<RecallDeps, 'work'>,
): Promise<void> {
  for (let shard = 0; shard < shards; shard++) {
    await work.send({ type: 'origin.recall', origin: type, id, shard }, afterCachesSeconds);
  }
}

/**
 * Looks at what waits in one shard: what was held is due now, and called for; what is over is settled. What is on its way
 * is left alone, and its sender asks before it leaves. Run twice it changes nothing more.
 */
export async function recallOrigin(
  work: RecallWork,
  remainingMs: () => number,
  deps: RecallDeps,
): Promise<{ recalled: number }> {
  const standing = await deps.standingOfOrigin(work.origin, work.id);
  let recalled = 0;
  if (standing === 'held') return { recalled };
  await workThrough({
    after: work.after,
    remainingMs,
    readPage: (after) => deps.originIndex.readBriefs({ type: work.origin, id: work.id }, work.shard, after, pageSize),
    doPage: async (briefs) => {
      const pending = briefs.filter(({ brief }) => brief.state === 'pending');
      const { touches } = await deps.touches.readLive({ touches: pending });
      const calls: TouchCall[] = [];
      await inLanes(touches.values(), lanes, async (touch) => {
        const next = recalledTouch(touch.value, standing, deps.clock.now());
        if (!next || !(await written(touch, next, deps.touches))) return;
        recalled++;
        if (next.state === 'planned') calls.push({ customer: next.customer, channel: next.channel });
      });
      await deps.queues.call(calls);
    },
    handOn: (after) => deps.work.send({ ...work, after }),
  });
  return { recalled };
}

function recalledTouch(touch: Touch, standing: 'on' | 'over', now: Instant): Touch | undefined {
  if (touch.state !== 'planned') return undefined;
  if (standing === 'over') return skipped(touch, 'cancelled');
  return touch.reason === heldReason && (touch.dueAt ?? 0) > now ? deferred(touch, now, heldReason) : undefined;
}

/** @returns false where a sender was quicker: it has asked whoever planned it */
async function written({ version }: Versioned<Touch>, next: Touch, store: TouchStore): Promise<boolean> {
  try {
    await store.commit({ touches: [{ value: next, version }] });
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
