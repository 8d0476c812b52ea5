import type { Outcome } from '../../contracts/platforms/platform.ts';
import type { Work } from '../../contracts/work.ts';
import { type ParkedStore, StoreBusyError, type WorkQueue } from '../ports.ts';
import { workThrough } from '../work-through.ts';
import { type TakeInDeps, takeInEvent } from './take-in-webhook.ts';

/**
 * Tries one parked event again, as it came; silently, for it is old news. It leaves the list once it is recorded, or is work on its way; parked again it stays, seen once more.
 * @returns undefined when there is no such event
 * @throws ConflictError, StoreBusyError when it should be tried later
 */
export async function replayParked(
  id: string,
  deps: TakeInDeps & { readonly parked: ParkedStore; readonly work: WorkQueue },
): Promise<Outcome | undefined> {
  const parked = await deps.parked.readParked(id);
  if (!parked) return undefined;
  const outcome = await takeInEvent(parked.event, deps, { silently: true });
  const done: readonly Outcome['type'][] = ['recorded', 'unchanged', 'ignored', 'queued'];
  if (done.includes(outcome.type)) {
    await deps.parked.removeParked(id);
  }
  return outcome;
}

/**
 * Tries every parked event of one reason again, page by page; short of time it hands on the rest. One that cannot be
 * tried now stays parked and holds up no other.
 */
export async function replayAllParked(
  reason: Extract<Work, { type: 'parked.replay' }>['reason'],
  after: string | undefined,
  remainingMs: () => number,
  deps: TakeInDeps & {
    readonly parked: ParkedStore;
    readonly work: WorkQueue;
    readonly onFailure: (parked: string, error: unknown) => void;
  },
): Promise<{ tried: number; recorded: number }> {
  const counts = { tried: 0, recorded: 0 };
  const tryOne = async (id: string) => {
    counts.tried++;
    try {
      if ((await replayParked(id, deps))?.type === 'recorded') counts.recorded++;
    } catch (error) {
      if (error instanceof StoreBusyError) throw error;
      deps.onFailure(id, error);
    }
  };
  await workThrough({
    after,
    remainingMs,
    readPage: (from) => deps.parked.listParked({ reason }, from, 25),
    doPage: async (page) => {
      for (const { id } of page) await tryOne(id);
    },
    handOn: (from) => deps.work.send({ type: 'parked.replay', reason, after: from }),
  });
  return counts;
}
