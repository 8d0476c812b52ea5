import { ConflictError } from './ports.ts';

/** What trying again needs of the outside. */
export interface Retrying {
  /** Waits a moment before the next try; longer with every lost one. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** 0 <= x < 1, so that competitors do not come back together. */
  readonly random: () => number;
}

/** Lost tries after which whoever asked hears of it: an event goes to the queue instead. */
const maxTries = 3;

/**
 * Runs a read-decide-write attempt again while it loses against a competitor.
 * @param isPassing which errors mean that it may succeed the next time
 * @throws ConflictError after `mostTries`, and whatever else the attempt throws
 */
export async function retried<T>(
  attempt: () => Promise<T>,
  deps: Retrying,
  mostTries: number = maxTries,
  isPassing: (error: unknown) => boolean = isConflict,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error) || tries >= mostTries) throw error;
      await deps.pause(Math.ceil(deps.random() * 25 * 2 ** tries));
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof ConflictError;
}
