import type { Clock } from '../usecases/ports.ts';

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };
