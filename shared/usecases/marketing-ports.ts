import type { Instant } from '../domain/calendar.ts';
import type { Campaign } from '../domain/campaigns/campaign.ts';
import type { ServiceCase } from '../domain/cases/case.ts';
import type { CouponDefinition, IssuedCoupon } from '../domain/coupons/coupon.ts';
import type { TouchBrief } from '../domain/effect/touch-brief.ts';
import type { Enrolment } from '../domain/journeys/enrolment.ts';
import type { Journey, JourneyDefinition } from '../domain/journeys/journey.ts';
import type { Channel } from '../domain/messages/message-class.ts';
import type { Locale, MessageTemplate } from '../domain/messages/template.ts';
import type { OriginType, Touch } from '../domain/touches/touch.ts';
import type { AuditedChange, Page, Versioned } from './ports.ts';
import type { SendingScene } from './read-sending-scene.ts';

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
  saveJourney(journey: Versioned<Journey>, change: AuditedChange): Promise<void>;
}

/** Key of an enrolment within its customer: `#journey#occurrence`, below every touch id. */
export interface EnrolmentKey {
  readonly customer: string;
  readonly entry: string;
}

export interface EnrolmentStore {
  readEnrolments(keys: readonly EnrolmentKey[]): Promise<ReadonlyMap<string, Versioned<Enrolment>>>;
  /** All of a customer, of one journey or of all. */
  listEnrolments(customer: string, journey?: string): Promise<readonly Versioned<Enrolment>[]>;
  /** Version 0 writes one that is not there yet. @throws ConflictError */
  saveEnrolment(enrolment: Versioned<Enrolment>): Promise<void>;
}

/** Campaigns as they stand; may be two seconds old. */
export interface CampaignReader {
  campaign(id: string): Promise<Campaign | undefined>;
}

export interface CampaignStore extends CampaignReader {
  readCampaign(id: string): Promise<Versioned<Campaign> | undefined>;
  listCampaigns(after: string | undefined, limit: number): Promise<Page<Versioned<Campaign>>>;
  /** With its entry in the due index where it has a next moment. @throws ConflictError */
  saveCampaign(campaign: Versioned<Campaign>, change?: AuditedChange): Promise<void>;
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
  | { readonly type: 'refused'; readonly reason: 'coupon_stock' | 'coupon_limit' | 'coupon_gone' };

export interface CouponIssuer {
  /** The same cause gets the same code, however often it is asked for. @throws ConflictError, StoreBusyError */
  issue(wanted: {
    readonly coupon: string;
    readonly customer: string;
    readonly cause: string;
    readonly at: Instant;
  }): Promise<IssueOutcome>;
}

export interface CaseStore {
  readCase(id: string): Promise<Versioned<ServiceCase> | undefined>;
  listCases(
    filter: { readonly open?: boolean; readonly customer?: string },
    after: string | undefined,
    limit: number,
  ): Promise<Page<Versioned<ServiceCase>>>;
  /** With the silence it brings to its customer's row of contacts. @throws ConflictError */
  saveCase(one: Versioned<ServiceCase>, change?: AuditedChange): Promise<void>;
}

/** Why a planned message does not leave now. */
export type NotNow =
  | { readonly type: 'gone'; readonly reason: string }
  | { readonly type: 'wait'; readonly until: Instant; readonly reason: string };

/** Asks whoever planned a touch whether it is still called for, right before it leaves. */
export interface CalledFor {
  whyNotNow(
    touch: Touch,
    scene: Pick<SendingScene, 'file' | 'order' | 'shopOf'>,
    now: Instant,
  ): Promise<NotNow | undefined>;
}

/** Something other systems may build on (DOMAIN, issue D: "Out"); told at least once, the same cause under the same id. */
export interface DomainEvent {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Instant;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface DomainEvents {
  /** Cheap where nobody listens. */
  tell(events: readonly DomainEvent[]): Promise<void>;
}
