import type { Outcome } from '../contracts/platforms/platform.ts';
import type { ParkedStore, WorkQueue } from './ports.ts';
import { type TakeInDeps, takeInEvent } from './take-in-webhook.ts';

/**
 * Tries one parked event again, as it came. It leaves the list once it is recorded; parked again it stays as it is.
 * @returns undefined when there is no such event
 * @throws ConflictError, StoreBusyError when it should be tried later
 */
export async function replayParked(
  id: string,
  deps: TakeInDeps & { readonly parked: ParkedStore },
): Promise<Outcome | undefined> {
  const parked = await deps.parked.readParked(id);
  if (!parked) return undefined;
  const outcome = await takeInEvent(parked.event, deps);
  if (outcome.type === 'recorded' || outcome.type === 'unchanged' || outcome.type === 'ignored') {
    await deps.parked.removeParked(id);
  }
  return outcome;
}

/** Tries every parked event of one reason again, page by page; short of time it hands on the rest. */
export async function replayAllParked(
  reason: string,
  after: string | undefined,
  remainingMs: () => number,
  deps: TakeInDeps & { readonly parked: ParkedStore; readonly work: WorkQueue },
): Promise<{ replayed: number; recorded: number }> {
  let position = after;
  let replayed = 0;
  let recorded = 0;
  do {
    const page = await deps.parked.listParked({ reason }, position, 25);
    for (const { id } of page.items) {
      const outcome = await replayParked(id, deps);
      replayed++;
      if (outcome?.type === 'recorded') recorded++;
    }
    position = page.next;
  } while (position !== undefined && remainingMs() > 10_000);
  if (position !== undefined) await deps.work.send({ type: 'parked.replay', reason, after: position });
  return { replayed, recorded };
}
