import type { TestCall, TouchCall } from '../../contracts/work.ts';
import type { Instant } from '../../domain/calendar.ts';
import type { AddressRow, ContactRow } from '../../domain/contact-policy/standing.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import type { Channel, MessageClass } from '../../domain/messages/message-class.ts';
import type { MessageTemplate, RenderedMessage } from '../../domain/messages/template.ts';
import type { ChannelSettings } from '../../domain/settings/messaging-settings.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { FileOrRedirect, Page, StoredOrder, Versioned } from '../ports.ts';

/** Keys of what is read together, in one request for up to a hundred of them; strongly consistent. */
export interface LiveKeys {
  readonly customers?: Iterable<string>;
  readonly contacts?: Iterable<string>;
  readonly addresses?: Iterable<string>;
  readonly orders?: Iterable<string>;
  readonly touches?: Iterable<TouchKey>;
  readonly enrolments?: Iterable<EnrolmentKey>;
}

export interface TouchKey {
  readonly customer: string;
  readonly id: string;
}

/** An enrolment within its customer. */
export interface EnrolmentKey {
  readonly customer: string;
  readonly entry: string;
}

export interface LiveRows {
  readonly files: ReadonlyMap<string, Versioned<FileOrRedirect>>;
  /** A row for every one asked for; version 0 where there is none yet. */
  readonly contacts: ReadonlyMap<string, Versioned<ContactRow>>;
  readonly addresses: ReadonlyMap<string, Versioned<AddressRow>>;
  readonly orders: ReadonlyMap<string, Versioned<StoredOrder>>;
  /** By `customer id`. */
  readonly touches: ReadonlyMap<string, Versioned<Touch>>;
  /** By `customer entry`; those there are. */
  readonly enrolments: ReadonlyMap<string, Versioned<Enrolment>>;
}

/** One atomic change of touches and what limits them; each part conditional on the version it was decided on. */
export interface TouchChanges {
  readonly touches?: readonly Versioned<Touch>[];
  readonly contacts?: readonly Versioned<ContactRow>[];
  readonly addresses?: readonly Versioned<AddressRow>[];
  /** Files that must still be as they were read: consent, stage and who was merged are decided on them. */
  readonly unchangedFiles?: readonly { readonly id: string; readonly version: number }[];
}

export interface TouchStore {
  readLive(keys: LiveKeys): Promise<LiveRows>;
  /** A customer's touches that are planned or claimed, in one request; strongly consistent. */
  readOpen(customer: string): Promise<readonly Versioned<Touch>[]>;
  readTouch(key: TouchKey): Promise<Versioned<Touch> | undefined>;
  /** All touches of a customer, in the order of their ids. */
  listTouches(customer: string, after: string | undefined, limit: number): Promise<Page<Touch>>;
  /**
   * Writes a touch that is not there yet, and none of `beside`: the same words over another channel.
   * @returns false where one was planned before; then nothing changes
   * @throws ConflictError when somebody else plans at this moment: look again
   */
  plan(touch: Touch, beside?: readonly TouchKey[]): Promise<boolean>;
  /** @throws ConflictError when a condition fails, StoreBusyError when throttled; then nothing is written */
  commit(changes: TouchChanges): Promise<void>;
}

/** What waits, found by its minute: touches, and by their keys enrolments and campaigns (see `tables.touches`). */
export interface TouchDueIndex {
  /** Keys due in (`from`, `until`] of one shard, one page of one query. */
  readDueTouches(
    shard: number,
    range: { readonly from?: Instant; readonly until: Instant },
    after: string | undefined,
    limit: number,
  ): Promise<Page<TouchKey>>;
}

/** Touches by what the short links of their texts carry. */
export interface LinkedTouches {
  /** More than one in the rarest of cases: the token tells which. */
  touchesNamed(name: string): Promise<readonly TouchKey[]>;
}

/** Hands touches to those who send them; a call is a hint, and may come twice or never. */
export interface TouchQueues {
  call(calls: readonly TouchCall[]): Promise<void>;
}

/** Has a template sent to an address of the merchant's, by whoever sends. */
export interface TestQueue {
  try(call: TestCall): Promise<void>;
}

export interface Renderer {
  /**
   * Paths of the variables a template asks for, in all of its branches.
   * @throws TemplateError where it cannot be parsed
   */
  variablesOf(template: MessageTemplate): ReadonlySet<string>;
  /** @throws TemplateError when a variable is missing: never a blank in a message */
  render(template: MessageTemplate, variables: Readonly<Record<string, unknown>>): RenderedMessage;
}

/** A message ready to go. */
export interface OutgoingMessage {
  readonly touch: TouchKey;
  readonly channel: Channel;
  readonly class: MessageClass;
  readonly to: string;
  /** The shop's name, for those channels that show who speaks. */
  readonly speaker: string;
  readonly settings: ChannelSettings;
  readonly content: RenderedMessage;
  /** Where one click unsubscribes; every message but a transactional one has it. */
  readonly unsubscribeUrl?: string;
  /** What a webhook tells besides the text. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What a provider made of it. A provider never retries by itself, and never throws. */
export type Handover =
  | { readonly type: 'accepted'; readonly providerId?: string; readonly parts?: number }
  /** Known not to be sent; `later`: the same may work in a while. */
  | { readonly type: 'refused'; readonly reason: string; readonly later: boolean }
  /** It may have been sent: nobody knows. */
  | { readonly type: 'unknown'; readonly reason: string };

export interface ChannelSender {
  send(message: OutgoingMessage): Promise<Handover>;
}

/** Keeps to the rate a provider allows this sender. */
export interface Pacer {
  /** Waits for its turn. @returns false, at once, where the wait would be longer than `atMostMs` */
  turn(channel: Channel, atMostMs: number): Promise<boolean>;
}

/** What went out and what came back by the hour, for the brake. */
export interface SendingRates {
  /** Sums over the last 24 hours; may be a minute old. */
  lastDay(channel: Channel, now: Instant): Promise<{ sent: number; bounced: number; complained: number }>;
  /** Gathered in memory: what a sender that dies takes with it makes the brake stricter, never laxer. */
  countSent(channel: Channel, at: Instant): void;
  /** Writes down what was gathered, at most once in a while. */
  flush(now: Instant): Promise<void>;
  countReaction(channel: Channel, kind: 'bounced' | 'complained', at: Instant): Promise<void>;
}

/** How far the minute's sweep has come. */
export interface SweepMarks {
  sweptUntil(): Promise<Instant | undefined>;
  remember(until: Instant): Promise<void>;
}
