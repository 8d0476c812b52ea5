import type { Stage } from '../life-cycle/stage.ts';
import type { MessageClass } from '../messages/message-class.ts';

/** Transactional messages are neither limited nor counted (DOMAIN 3). */
export type CountedClass = Exclude<MessageClass, 'transactional'>;

/** At most `max` contacts in any rolling `days` times 24 hours; with `only`, of that purpose. */
export interface Allowance {
  readonly max: number;
  readonly days: number;
  readonly only?: 'birthday';
}

/** The rows of the contact policy: `active` is the prospect and the four active stages. */
export type PolicyStage = 'active' | 'silent' | 'sleeping' | 'lost';

/** What may be sent to whom, how often (DOMAIN 3, "What each stage may receive"). */
export interface ContactPolicy {
  /** null: messages of the class are not sent in this stage at all. */
  readonly stages: Readonly<Record<PolicyStage, Readonly<Record<CountedClass, Allowance | null>>>>;
  /** Messages over one channel in 24 hours and in seven times that, over all counted classes. */
  readonly perChannel: { readonly perDay: number; readonly perWeek: number };
  /** Whether care messages pass where nothing is known of consent (DOMAIN 2). */
  readonly careOnUnknownConsent: boolean;
  /** Shares of the last day's messages at which a channel stops, and how many there must be for a share to mean much. */
  readonly brake: {
    readonly bounceRate: number;
    readonly complaintRate: number;
    readonly minimumBounces: number;
    readonly minimumComplaints: number;
  };
}

/** The row of the policy that holds for a stage. */
export function policyRow(stage: Stage): PolicyStage {
  return stage === 'silent' || stage === 'sleeping' || stage === 'lost' ? stage : 'active';
}

export const defaultPolicy: ContactPolicy = {
  stages: {
    active: {
      care: { max: 1, days: 7 },
      news: { max: 1, days: 7 },
      promotional: { max: 1, days: 14 },
      major_promotion: { max: 1, days: 7 },
    },
    silent: {
      care: { max: 1, days: 7 },
      news: { max: 1, days: 14 },
      promotional: { max: 1, days: 14 },
      major_promotion: { max: 1, days: 7 },
    },
    sleeping: {
      care: { max: 1, days: 30 },
      news: { max: 1, days: 30 },
      promotional: { max: 1, days: 30 },
      major_promotion: { max: 1, days: 14 },
    },
    lost: {
      care: { max: 1, days: 7, only: 'birthday' },
      news: null,
      promotional: null,
      major_promotion: { max: 1, days: 90 },
    },
  },
  perChannel: { perDay: 1, perWeek: 3 },
  careOnUnknownConsent: false,
  // The rates at which Amazon SES puts an account under review.
  brake: { bounceRate: 0.05, complaintRate: 0.001, minimumBounces: 5, minimumComplaints: 2 },
};
