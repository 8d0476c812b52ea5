import type { Instant } from '../domain/calendar.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import type { CampaignReview } from '../domain/campaigns/review.ts';
import type { ServiceCase } from '../domain/cases/case.ts';
import type { CouponDefinition, IssuedCoupon } from '../domain/coupons/coupon.ts';
import type { TouchBrief } from '../domain/effect/touch-brief.ts';
import type { DomainEvent } from '../domain/events/event.ts';
import type { Enrolment } from '../domain/journeys/enrolment.ts';
import type { Journey, JourneyDefinition } from '../domain/journeys/journey.ts';
import type { Channel } from '../domain/messages/message-class.ts';
import type { Locale, MessageTemplate } from '../domain/messages/template.ts';
import type { OriginType, Touch } from '../domain/touches/touch.ts';
import type { EnrolmentKey } from './messages/messaging-ports.ts';
import type { SendingScene } from './messages/read-sending-scene.ts';
import type { AuditedChange, Page, Versioned } from './ports.ts';

/** What templates, campaigns, journeys, coupons and cases need of the outside. */

export interface TemplateReader {
  /** The merchant's own in this channel, in this language or else another; a built-in one of the same id after it. */
  template(id: string, channel: Channel, locale: string): Promise<MessageTemplate | undefined>;
}

export interface StoredTemplate extends MessageTemplate {
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface TemplateStore extends TemplateReader {
  readTemplate(id: string, channel: Channel, locale: Locale): Promise<Versioned<StoredTemplate> | undefined>;
  /** The merchant's own of this id, in all channels and languages. */
  variantsOf(id: string): Promise<readonly Versioned<StoredTemplate>[]>;
  listTemplates(after: string | undefined, limit: number): Promise<Page<Versioned<StoredTemplate>>>;
  saveTemplate(template: Versioned<StoredTemplate>, change: AuditedChange): Promise<void>;
  removeTemplate(template: Versioned<StoredTemplate>, change: AuditedChange): Promise<void>;
}

/** Journeys as they run; may be a few seconds old. */
export interface JourneyReader {
  journeys(): Promise<readonly Journey[]>;
  /** The definition customers in flight finish on. */
  definition(id: string, version: number): Promise<JourneyDefinition | undefined>;
}

export interface JourneyStore extends JourneyReader {
  /** As of now; a preset that was never touched is at version 0. */
  readJourney(id: string): Promise<Versioned<Journey> | undefined>;
  listJourneys(): Promise<readonly Versioned<Journey>[]>;
  /** Keeps the definition of this version for those in flight, too. @throws ConflictError */
  saveJourney(journey: Versioned<Journey>, change?: AuditedChange): Promise<void>;
  /** Its id is never given again: messages and reports name it. @throws ConflictError */
  removeJourney(journey: Versioned<Journey>, change: AuditedChange): Promise<void>;
}

/** `#journey#occurrence`: where an enrolment lies among what is its customer's, below every touch. */
export function enrolmentEntry({ journey, occurrence }: Pick<Enrolment, 'journey' | 'occurrence'>): string {
  return `#${journey}#${occurrence}`;
}

/** Whether a customer is in the segment of a journey that is entered with it. */
export interface Membership {
  readonly customer: string;
  readonly journey: string;
  readonly isIn: boolean;
  /** When they were seen to come in: names the occurrence. Absent for who was in when the journey was switched on. */
  readonly since?: Instant;
}

export interface EnrolmentStore {
  /** Those there are, by `customer entry`; strongly consistent. */
  readEnrolments(keys: readonly EnrolmentKey[]): Promise<ReadonlyMap<string, Versioned<Enrolment>>>;
  /** All of a customer, of one journey or of all, in the order of their keys. */
  listEnrolments(customer: string, journey?: string): Promise<readonly Versioned<Enrolment>[]>;
  /** Version 0 writes one that is not there yet. @throws ConflictError */
  saveEnrolment(enrolment: Versioned<Enrolment>): Promise<void>;
  /** Forgets everything of a customer's journeys: they were erased. */
  removeEnrolments(customer: string): Promise<void>;
  /** A row for every customer asked for; version 0 where nothing is known yet: outside. */
  readMemberships(journey: string, customers: readonly string[]): Promise<ReadonlyMap<string, Versioned<Membership>>>;
  /** @throws ConflictError */
  saveMembership(membership: Versioned<Membership>): Promise<void>;
}

/** Campaigns as they stand; may be two seconds old. */
export interface CampaignReader {
  campaign(id: string): Promise<Campaign | undefined>;
}

export interface CampaignStore extends CampaignReader {
  readCampaign(id: string): Promise<Versioned<Campaign> | undefined>;
  listCampaigns(after: string | undefined, limit: number): Promise<Page<Versioned<Campaign>>>;
  /** With its entry in the due index, where it has a next moment. @throws ConflictError */
  saveCampaign(campaign: Versioned<Campaign>, change?: AuditedChange): Promise<void>;
  /** Only drafts are removed: what was launched has effects that hang on it. @throws ConflictError */
  removeCampaign(campaign: Versioned<Campaign>, change: AuditedChange): Promise<void>;
}

/** How far the rounds of campaigns have come; many parts write at once. */
export interface CampaignProgress {
  /** Notes that a part of the audience is planned, however often it is told. @returns how many are */
  partDone(round: RoundKey, part: number): Promise<number>;
  /**
   * Takes what messages cost out of a budget, the first of them as long as they fit. Asked again for the same page, it
   * answers with what was taken then.
   * @param costs of each message of the page, in millionths of the base currency
   * @returns what was taken
   */
  reserve(round: RoundKey, page: string, costs: readonly number[], limit: number): Promise<number>;
}

export interface RoundKey {
  readonly campaign: string;
  readonly round: number;
}

/** What a review found, kept until the next one of the campaign. */
export interface ReviewStore {
  readReview(campaign: string): Promise<CampaignReview | undefined>;
  saveReview(review: CampaignReview): Promise<void>;
}

/** All touches of one campaign or journey, by what reports count of them. */
export interface OriginIndex {
  readonly shards: number;
  readBriefs(
    origin: { readonly type: OriginType; readonly id: string },
    shard: number,
    after: string | undefined,
    limit: number,
  ): Promise<Page<{ readonly customer: string; readonly id: string; readonly brief: TouchBrief }>>;
}

export type IssueOutcome =
  | { readonly type: 'issued'; readonly coupon: IssuedCoupon; readonly definition: CouponDefinition }
  | { readonly type: 'refused'; readonly reason: 'coupon_stock' | 'coupon_limit' | 'coupon_gone' | 'coupon_ladder' };

export interface WantedCoupon {
  /** Id of a definition. */
  readonly coupon: string;
  /** The id whoever asks knows them by, the same each time. */
  readonly customer: string;
  /** Other ids of the same customer: what those were given counts, too. */
  readonly aliases?: readonly string[];
  /** Unique within the customer. */
  readonly cause: string;
  readonly at: Instant;
  /** Days of validity count on its calendar; left out, on the workspace's. */
  readonly shop?: string;
}

export type Issued = Extract<IssueOutcome, { readonly type: 'issued' }>;

export interface CouponIssuer {
  /** The same cause gets the same code, however often it is asked for. @throws ConflictError, StoreBusyError */
  issue(wanted: WantedCoupon): Promise<IssueOutcome>;
}

/** Open ones come the most urgent first; others in no particular order. `dueBefore` is of open ones alone. */
export type CaseFilter =
  | { readonly open: true; readonly dueBefore?: Instant }
  | { readonly customer: string }
  | { readonly open?: false };

export interface CaseStore {
  readCase(id: string): Promise<Versioned<ServiceCase> | undefined>;
  listCases(filter: CaseFilter, after: string | undefined, limit: number): Promise<Page<Versioned<ServiceCase>>>;
  /** With the silence it brings to its customer's row of contacts. @throws ConflictError */
  saveCase(one: Versioned<ServiceCase>, change?: AuditedChange): Promise<void>;
}

/**
 * Why a planned message does not leave now; or that it does, `as` another template: that of the variant which a test has
 * decided for.
 */
export type NotNow =
  | { readonly type: 'gone'; readonly reason: string }
  | { readonly type: 'wait'; readonly until: Instant; readonly reason: string }
  | { readonly type: 'as'; readonly template: string; readonly variant: string };

/** Asks whoever planned a touch whether it is still called for, right before it leaves. */
export interface CalledFor {
  whyNotNow(
    touch: Touch,
    scene: Pick<SendingScene, 'file' | 'order' | 'shopOf'>,
    now: Instant,
  ): Promise<NotNow | undefined>;
}

export type { DomainEvent } from '../domain/events/event.ts';

export interface DomainEvents {
  /** Cheap where nobody listens. */
  tell(events: readonly DomainEvent[]): Promise<void>;
}
