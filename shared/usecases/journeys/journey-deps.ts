import type { CouponIssuer, DomainEvents, EnrolmentStore, JourneyReader } from '../marketing-ports.ts';
import type { PlanTouchesDeps } from '../messages/plan-touches.ts';
import type { CustomerStore, SegmentStore, ShopReader } from '../ports.ts';
import type { RuleDeps } from '../segments/live-rule.ts';

/** A case that a step wants opened; the same cause opens one. */
export interface WantedTask {
  readonly customer: string;
  readonly cause: string;
  readonly kind: 'complaint' | 'return' | 'review' | 'question';
  readonly severity: number;
  readonly reason: string;
  readonly order?: string;
}

/** What running journeys needs of the outside. */
export interface JourneyRunDeps extends PlanTouchesDeps, Omit<RuleDeps, 'store'> {
  readonly store: CustomerStore;
  readonly journeys: JourneyReader;
  readonly enrolments: EnrolmentStore;
  readonly shops: Pick<ShopReader, 'shop'>;
  readonly segments: Pick<SegmentStore, 'readSegment'>;
  /** Without it a step gives no coupon. */
  readonly coupons?: CouponIssuer;
  /** Without it nobody is told. */
  readonly events?: DomainEvents;
  /** Without it a step opens no case. */
  readonly openCase?: (task: WantedTask) => Promise<unknown>;
  /** Hears of an enrolment that could not go on; the others do. Ids only. */
  readonly onFailure: (item: string, error: unknown) => void;
}
