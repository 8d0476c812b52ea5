import type { FactKind } from '../../../contracts/facts.ts';
import type { Day, Instant } from '../../../domain/calendar.ts';
import type { StageLimits } from '../../../domain/life-cycle/stage.ts';
import type { Bind } from '../../../domain/segments/bound-values.ts';
import type { RuleContext } from '../../../domain/segments/record.ts';
import type { SegmentRule } from '../../../domain/segments/rule.ts';

/** What rows are counted apart by: the month of the purchase, or the customer's stage or tier as of the facts. */
export const groupings = ['month', 'stage', 'tier'] as const;
export type Grouping = (typeof groupings)[number];

/** What a caller may ask of a report. */
export interface ReportParameters {
  /** Purchases and orders after it do not count. The moment of the facts if left out; never after it. */
  readonly asOf?: Instant;
  /** First and last day of the period, both included; absent is open. */
  readonly from?: Day;
  readonly to?: Day;
  /** As if this shop were the only one. */
  readonly shop?: string;
  /** Only customers of this segment, as they stand as of the facts. */
  readonly segment?: SegmentRule;
  readonly by?: Grouping;
  /** Of `retention` and of rates of campaigns. */
  readonly days?: number;
  /** Id of what touches come from. */
  readonly campaign?: string;
  /** For who may not see personal data: nothing that buyers wrote themselves, for it can hold anything. */
  readonly withoutWords?: boolean;
}

/** What was asked of a report, with what it needs to know of the workspace. */
export interface Asked extends ReportParameters {
  readonly asOf: Instant;
  /** The as-of day on the workspace's calendar. */
  readonly today: Day;
  readonly limits: StageLimits;
  /** The moment of the facts and the workspace's zone, currency and region groups. */
  readonly rules: RuleContext;
}

/**
 * - `count`: a whole number; `money`: minor units of the base currency, shown as decimal text
 * - `month`: year * 12 + month - 1, shown as `2026-11`; `day`: shown as `2026-11-23`
 * - `rate` and `average`: a quotient of two other columns, which stand beside it; null where nothing was counted. It is
 *   reckoned outside SQL: an average is rounded half to even to the minor unit.
 */
export type Column =
  | { readonly name: string; readonly type: 'text' | 'count' | 'money' | 'month' | 'day' }
  | { readonly name: string; readonly type: 'rate' | 'average'; readonly of: string; readonly by: string };

/** One report of DOMAIN 11 on the facts. */
export interface ReportDefinition {
  readonly name: string;
  /** Exactly what is counted, for whoever reads the numbers. */
  readonly definition: string;
  /** What `by` may be. */
  readonly by: readonly Grouping[];
  /** It may be asked of one campaign. */
  readonly ofCampaign?: true;
  /** Kinds of facts it reads beside those of the segment. */
  readonly kinds: readonly FactKind[];
  /** What is taken where it is not asked; shown in the report. */
  readonly defaults?: (asked: Asked) => Partial<Pick<Asked, 'from' | 'to' | 'days'>>;
  readonly columns: (asked: Asked) => readonly Column[];
  /** Gives the columns that are no quotients, in their order; rows in order. */
  readonly sql: (asked: Asked, bind: Bind) => string;
}
