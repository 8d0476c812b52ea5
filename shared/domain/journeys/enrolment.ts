import type { Instant } from '../calendar.ts';
import type { ExitReason } from './journey.ts';

export const enrolmentStates = ['active', 'done', 'left', 'expired', 'filtered', 'stale', 'heldout'] as const;

/** A customer on their way through a journey. Everything else is read from the live record when a step is due. */
export interface Enrolment {
  readonly customer: string;
  readonly journey: string;
  readonly version: number;
  /** What called for it: computed from the cause, so that the same cause enrols once. */
  readonly occurrence: string;
  /** When the cause happened: waits count from here. */
  readonly at: Instant;
  readonly order?: string;
  readonly shop?: string;
  /** What the cause brings to templates and branches, such as the tier. */
  readonly vars?: Readonly<Record<string, string | number>>;
  readonly state: (typeof enrolmentStates)[number];
  /** Why it ended, where it was not at its end. */
  readonly reason?: ExitReason | 'paused' | 'journey_off' | 'no_customer';
  /** Place in the compiled program. */
  readonly place: number;
  /** The wall moment waits go on from: that of the last wait, else of the cause. */
  readonly since: Instant;
  readonly dueAt?: Instant;
  readonly endedAt?: Instant;
  /** Steps done, by id, with their moment; nothing is done twice. */
  readonly done: Readonly<Record<string, Instant>>;
  /** It came to a message of a journey with a hold-out, and was drawn for one of its arms. */
  readonly drawn?: true;
}
