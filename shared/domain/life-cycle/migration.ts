import type { Day, Instant } from '../calendar.ts';
import type { Stage } from './stage.ts';

const migrationCauses = ['purchase', 'time', 'refund', 'merge', 'config'] as const;
export type MigrationCause = (typeof migrationCauses)[number];

export const migrationDirections = ['acquired', 'reversed', 'forward', 'reverse', 'lateral'] as const;
export type MigrationDirection = (typeof migrationDirections)[number];

/** One customer's change of stage, as the log keeps it. */
export interface Migration {
  readonly customer: string;
  readonly from: Stage;
  readonly to: Stage;
  /** True day of crossing, even where nights were missed. */
  readonly day: Day;
  readonly cause: MigrationCause;
  readonly noticedAt: Instant;
}

const ranks: Readonly<Record<Exclude<Stage, 'prospect'>, number>> = {
  lost: 0,
  sleeping: 1,
  silent: 2,
  new_once: 3,
  returning_once: 3,
  new_repeat: 4,
  returning_repeat: 4,
};

/** Direction of a change of stage (DOMAIN 3): acquired, reversed, or by rank forward, reverse, lateral. */
export function directionOf(from: Stage, to: Stage): MigrationDirection {
  if (from === to) return 'lateral';
  if (from === 'prospect') return 'acquired';
  if (to === 'prospect') return 'reversed';
  const difference = ranks[to] - ranks[from];
  return difference > 0 ? 'forward' : difference < 0 ? 'reverse' : 'lateral';
}
