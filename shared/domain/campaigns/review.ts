import type { Instant } from '../calendar.ts';
import type { GateName } from '../contact-policy/gates.ts';
import type { Channel } from '../messages/message-class.ts';
import type { Recipient } from './recipient.ts';

/** What a campaign would come to if it went out now, counted customer by customer (DOMAIN 7). */
export interface ReviewTally {
  /** Members of the segment. */
  readonly members: number;
  readonly heldOut: number;
  /** No message could get there, by reason. */
  readonly unreachable: Readonly<Record<string, number>>;
  /** Who would be planned a message, over however many channels. */
  readonly recipients: number;
  /** Of those, who could get none at this moment, by the first gate in the way; `quiet_hours` and caps may open later. */
  readonly heldBack: Readonly<Record<string, number>>;
  readonly byChannel: Readonly<Partial<Record<Channel, ChannelTally>>>;
  readonly byVariant: Readonly<Record<string, number>>;
  /** Templates that could not be filled, and for whom first. */
  readonly unfilled: Readonly<Record<string, Unfilled>>;
  /** Orders of members in the last 365 days, and what was paid for them, in minor units of the base currency. */
  readonly orders: number;
  readonly spent: number;
  /** Of those with a known cost: price and cost of the goods, weighted by what was bought. */
  readonly margin: MarginTally;
}

export interface ChannelTally {
  readonly messages: number;
  /** Of text messages. */
  readonly parts: number;
  /** Millionths of the base currency. */
  readonly cost: number;
}

export interface Unfilled {
  readonly messages: number;
  readonly customer: string;
  readonly problem: string;
}

export interface MarginTally {
  /** Minor units paid for goods whose cost is known. */
  readonly amount: number;
  readonly left: number;
}

/** How far a review has come: positions in the segments of the table; null where a segment is at its end. */
export type ReviewPlaces = readonly (string | null)[];

export interface CampaignReview {
  /** Sent back with the launch: it confirms what was reviewed. */
  readonly id: string;
  readonly campaign: string;
  /** Hash of all that was reviewed: definition, segment, templates, coupon. */
  readonly basis: string;
  readonly state: 'running' | 'done';
  readonly startedAt: Instant;
  readonly asOf: Instant;
  readonly tally: ReviewTally;
}

export function emptyTally(): ReviewTally {
  return {
    members: 0,
    heldOut: 0,
    unreachable: {},
    recipients: 0,
    heldBack: {},
    byChannel: {},
    byVariant: {},
    unfilled: {},
    orders: 0,
    spent: 0,
    margin: { amount: 0, left: 0 },
  };
}

/** A review counted as it goes; text that goes into a message of work and back. */
export class ReviewCount {
  #tally: Mutable<ReviewTally>;

  constructor(tally: ReviewTally) {
    this.#tally = structuredClone(tally) as Mutable<ReviewTally>;
  }

  get tally(): ReviewTally {
    return this.#tally;
  }

  /** @param blockedBy the first gate in the way, where none of the messages could go now */
  member(recipient: Recipient, blockedBy: GateName | 'expired' | undefined): void {
    const tally = this.#tally;
    tally.members++;
    if (recipient.type === 'unreachable') increase(tally.unreachable, recipient.reason);
    else if (recipient.type === 'heldout') tally.heldOut++;
    else {
      tally.recipients++;
      if (recipient.variant !== undefined) increase(tally.byVariant, recipient.variant);
      if (blockedBy !== undefined) increase(tally.heldBack, blockedBy);
    }
  }

  message(channel: Channel, { parts = 0, cost }: { readonly parts?: number; readonly cost: number }): void {
    const known = this.#tally.byChannel[channel] ?? { messages: 0, parts: 0, cost: 0 };
    this.#tally.byChannel[channel] = {
      messages: known.messages + 1,
      parts: known.parts + parts,
      cost: known.cost + cost,
    };
  }

  unfilled(template: string, customer: string, problem: string): void {
    const known = this.#tally.unfilled[template];
    this.#tally.unfilled[template] = known
      ? { ...known, messages: known.messages + 1 }
      : { messages: 1, customer, problem };
  }

  bought(orders: number, spent: number, { amount, left }: MarginTally): void {
    const tally = this.#tally;
    tally.orders += orders;
    tally.spent += spent;
    tally.margin = { amount: tally.margin.amount + amount, left: tally.margin.left + left };
  }
}

function increase(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

type Mutable<T> = {
  -readonly [Key in keyof T]: T[Key] extends Readonly<Record<string, unknown>> ? Mutable<T[Key]> : T[Key];
};
