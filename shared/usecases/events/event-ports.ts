import type { Instant } from '../../domain/calendar.ts';
import type { DeliveryState, DomainEvent } from '../../domain/events/event.ts';
import type { AuditedChange, Page, Versioned } from '../ports.ts';

/** Where another system hears of events. */
export interface Subscription {
  readonly id: string;
  readonly url: string;
  /** Types, groups such as `order.*`, or `*`. */
  readonly events: readonly string[];
  readonly enabled: boolean;
  /** Counts up when its secret is made anew. */
  readonly secretNumber: number;
  /** Why it was switched off by itself. */
  readonly stoppedBecause?: 'gone';
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** Who listens; may be a few seconds old. */
export interface Listeners {
  listeners(): Promise<readonly Subscription[]>;
}

export interface SubscriptionStore extends Listeners {
  readSubscription(id: string): Promise<Versioned<Subscription> | undefined>;
  listSubscriptions(after: string | undefined, limit: number): Promise<Page<Versioned<Subscription>>>;
  saveSubscription(subscription: Versioned<Subscription>, change?: AuditedChange): Promise<void>;
  removeSubscription(id: string, version: number, change: AuditedChange): Promise<void>;
}

/** What became of telling one event to one subscription. */
export interface Delivery {
  readonly subscription: string;
  readonly event: DomainEvent;
  readonly state: DeliveryState;
  readonly tries: number;
  /** What the other end answered last: a status, or why there was none. */
  readonly answer: string;
  readonly at: Instant;
  readonly nextAt?: Instant;
}

/** Kept for thirty days. */
export interface DeliveryLog {
  /** @returns false where the event was handed out before */
  isNew(event: string): Promise<boolean>;
  markHandedOut(event: string): Promise<void>;
  record(delivery: Delivery): Promise<void>;
  readDelivery(subscription: string, event: string): Promise<Delivery | undefined>;
  /** Newest events first. */
  listDeliveries(subscription: string, after: string | undefined, limit: number): Promise<Page<Delivery>>;
}

/** The workspace's event bus. */
export interface EventBus {
  put(event: DomainEvent): Promise<void>;
}

/** Posts a signed event to another system. */
export interface EventPoster {
  /** @returns the status, or why there was none; never throws */
  post(event: DomainEvent, subscription: Subscription): Promise<{ readonly ok: boolean; readonly answer: string }>;
}
