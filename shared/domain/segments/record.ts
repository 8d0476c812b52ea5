import type { Day, Instant } from '../calendar.ts';
import type { Statement } from '../customers/statements.ts';
import type { Stage } from '../life-cycle/stage.ts';
import type { RfmGroup } from '../value/rfm-groups.ts';
import type { consentStates } from './fields.ts';

export interface RecordPurchase {
  readonly paidAt: Instant;
  /** On the calendar of its shop. */
  readonly day: Day;
  /** Net, in minor units of the base currency; zero or more. */
  readonly amount: number;
  readonly items: number;
  /** What is in it, apart from lines taken back in full. */
  readonly products: readonly string[];
  readonly skus: readonly string[];
  readonly categories: readonly string[];
}

type ConsentState = (typeof consentStates)[number];

/**
 * One customer as a rule sees them, everything derived at the as-of moment. Members that are not known are there and
 * undefined: records of one shape are read several times as fast. Lists are in any order; what lies after the as-of
 * moment may be in them and is ignored.
 */
export interface SegmentRecord {
  readonly id: string;
  /** In E.164. */
  readonly phone: string | undefined;
  /** As `normaliseEmail` gives it. */
  readonly email: string | undefined;
  readonly purchases: readonly RecordPurchase[];
  readonly gender: string | undefined;
  /** 19900228 for 28 February 1990. */
  readonly birthday: number | undefined;
  readonly occupation: string | undefined;
  readonly country: string | undefined;
  readonly province: string | undefined;
  readonly city: string | undefined;
  readonly credit: Statement | undefined;
  readonly attributes: ReadonlyMap<string, Statement>;
  readonly stage: Stage;
  readonly stageSince: Day | undefined;
  /** Undefined for who bought nothing in the window; by quintiles also until a night has counted everybody. */
  readonly rfm:
    | {
        readonly r: number;
        readonly f: number;
        readonly m: number;
        /** Undefined until a night has counted everybody. */
        readonly group: RfmGroup | undefined;
      }
    | undefined;
  readonly tier: string | undefined;
  readonly points: number;
  readonly tags: readonly string[];
  readonly shops: readonly string[];
  readonly couponsUsed: readonly string[];
  readonly consent: { readonly sms: ConsentState; readonly email: ConsentState };
  readonly reachable: { readonly sms: boolean; readonly email: boolean };
  /** Times of each type of event. */
  readonly events: ReadonlyMap<string, readonly Instant[]>;
  readonly opened: readonly Instant[];
  readonly clicked: readonly Instant[];
  readonly touched: readonly Instant[];
  /** Undefined where there is not enough data. */
  readonly predicted:
    | {
        /** 0 to 1. */
        readonly alive: number;
        readonly purchases: number;
        /** Minor units of the base currency. */
        readonly value: number | undefined;
        readonly nextAt: Day | undefined;
      }
    | undefined;
}

/** What a rule's answer depends on besides the record. */
export interface RuleContext {
  readonly asOf: Instant;
  /** The workspace's zone, whose calendar gives the as-of day. */
  readonly zone: string;
  readonly baseCurrency: string;
  /** Provinces of each group, by the group's name. */
  readonly regionGroups: Readonly<Record<string, readonly string[]>>;
}
