import type { Instant } from '../calendar.ts';
import { sameContent } from '../canonical.ts';
import type { Answer } from '../cases/answer.ts';
import type { GateResult } from '../contact-policy/gates.ts';
import type { Channel, MessageClass, Purpose } from '../messages/message-class.ts';

/** A message's life: planned -> claimed -> one of the others; only ever forward. */
export const touchStates = ['planned', 'claimed', 'sent', 'skipped', 'failed', 'unconfirmed', 'heldout'] as const;
export type TouchState = (typeof touchStates)[number];

/** Whoever may plan touches: a journey, a campaign, or a request for one message. */
export const originTypes = ['journey', 'campaign', 'message'] as const;
export type OriginType = (typeof originTypes)[number];

/** Whose step a touch is. */
export interface TouchOrigin {
  readonly type: OriginType;
  readonly id: string;
  readonly version: number;
  readonly step: string;
}

/** What customers bought: orders, and minor units of the base currency. */
export interface Bought {
  readonly orders: number;
  /** Net of refunds. */
  readonly amount: number;
}

/** What a message has earned. */
export interface Credited extends Bought {
  /** Taken off by the coupons that went with it. */
  readonly discount: number;
  /** What is left of the amount after the cost of the goods; absent where that is not known of all of them. */
  readonly margin?: number;
}

/** One message to one customer, as whoever wants it sent describes it. */
export interface TouchPlan {
  readonly customer: string;
  readonly origin: TouchOrigin;
  /** What called for it: computed from the cause, so that the same cause plans the same touch. */
  readonly occurrence: string;
  readonly channel: Channel;
  readonly class: MessageClass;
  readonly purpose: Purpose;
  /** Of two of one class the higher goes first. */
  readonly priority: number;
  /** It brings its own allowance and takes no place of its class (win-back steps). */
  readonly own?: boolean;
  readonly template: string;
  /** Of a campaign's variants the one it was drawn for; `winner`: the one that a test decides for. */
  readonly variant?: string;
  /** A coupon that goes with it, by its definition's id; drawn right before it leaves. */
  readonly coupon?: string;
  /** What called for it brings to its template, as `trigger.*`. */
  readonly vars?: Readonly<Record<string, string | number>>;
  /** Key of the order it is about. */
  readonly order?: string;
  /** Shop that speaks. */
  readonly shop?: string;
  /** When what called for it happened. */
  readonly occurredAt: Instant;
  /** After this it is not sent any more. */
  readonly expiresAt: Instant;
  /** Of the message at which a journey with a hold-out drew its customer. */
  readonly drawn?: DrawnArm;
  /** Key of the address as of planning: whoever sends reads its row at once, and another's if it has changed. */
  readonly plannedAddress?: string;
}

/** From when an arm of a journey's experiment is followed, and when the last of its messages may be due. */
export interface DrawnArm {
  readonly at: Instant;
  readonly lastAt: Instant;
}

/** The hold of one sender on a touch; past `until` nobody knows what became of it. */
export interface Claim {
  readonly at: Instant;
  readonly until: Instant;
  /** Key of the address it goes to. */
  readonly address: string;
  /** Whose caps it counts in: the customer as of then, which a merge may have changed since the touch was planned. */
  readonly customer: string;
}

/**
 * What came back, each at its earliest. A bounce or a complaint counts more than a delivery. What scanners and proxies do is
 * told apart from people: `opened` and `clicked` are people's.
 */
export const reactionKinds = [
  'delivered',
  'opened',
  'clicked',
  'machineOpened',
  'machineClicked',
  'unsubscribed',
  'softBounced',
  'bounced',
  'complained',
] as const;
export type ReactionKind = (typeof reactionKinds)[number];
export type Reactions = { readonly [Kind in ReactionKind]?: Instant };

export interface Touch extends TouchPlan {
  readonly id: string;
  readonly state: TouchState;
  readonly plannedAt: Instant;
  /** While planned: when to look at it again. While claimed: when its lease ends. */
  readonly dueAt?: Instant;
  /** Kept to tell why nothing is sent: not drawn for an experiment, and in none of its arms (DOMAIN 7). */
  readonly undrawn?: true;
  /** Why it is in this state, or still waits. */
  readonly reason?: string;
  /** The gates it was last put to, with the values at that moment, and when. */
  readonly judged?: { readonly at: Instant; readonly gates: readonly GateResult[] };
  /** Tries that the provider refused for the moment. */
  readonly refusals: number;
  readonly claim?: Claim;
  readonly sentAt?: Instant;
  /** The provider's id of the message. */
  readonly providerId?: string;
  /** Parts a text message is cut into, as counted when it was claimed, then by its provider where that tells. */
  readonly parts?: number;
  /** What it costs, in millionths of the base currency; of what nobody confirmed, as if it had gone out. */
  readonly cost?: number;
  /** Code of the coupon that went with it. */
  readonly code?: string;
  /** Where its links lead, as its message was composed: links in messages carry only their number. */
  readonly links?: readonly string[];
  /** What it is found by from the short links of its text. */
  readonly linkName?: string;
  readonly reactions: Reactions;
  /** The latest click that showed no machine by itself, by the link's mark; one of a burst after all. */
  readonly lastClick?: { readonly at: Instant; readonly link: string; readonly burst?: true };
  /** What the customer answered to its questionnaire, as of the last time. */
  readonly answer?: Answer;
  /** What is credited to it (DOMAIN 10). */
  readonly credited?: Credited;
  /** What the customer bought within the days of attribution after it was drawn, credited or not: for the lift. */
  readonly bought?: Bought;
}

/** A touch by its customer and its id, in one word. */
export function touchName({ customer, id }: Pick<Touch, 'customer' | 'id'>): string {
  return `${customer} ${id}`;
}

/** One contact, over however many channels. */
export function contactOf({ origin, occurrence }: Pick<TouchPlan, 'origin' | 'occurrence'>): string {
  return `${origin.type}/${origin.id}/${origin.step}/${occurrence}`;
}

/**
 * The id of a touch within its customer: a hash of step, occurrence and channel, with the channel in clear, so that an
 * index of keys tells the queue. Letters, digits, `-` and `_` only: providers carry it as a tag.
 */
export function touchIdOf(
  plan: Pick<TouchPlan, 'origin' | 'occurrence' | 'channel'>,
  hash: (text: string) => string,
): string {
  return `${hash(`touch:${contactOf(plan)}`)}-${plan.channel}`;
}

export function channelOfTouch(id: string): Channel {
  return id.slice(id.lastIndexOf('-') + 1) as Channel;
}

/** True while it may still be sent, or may have been. */
export function isOpen({ state }: Touch): boolean {
  return state === 'planned' || state === 'claimed';
}

export function planned(plan: TouchPlan, id: string, now: Instant, dueAt: Instant): Touch {
  return { ...plan, id, state: 'planned', plannedAt: now, dueAt, refusals: 0, reactions: {} };
}

/** Drawn to get nothing, so that the effect on the others can be measured; it never moves again. */
export function heldOut(plan: TouchPlan, id: string, now: Instant): Touch {
  return { ...plan, id, state: 'heldout', plannedAt: now, refusals: 0, reactions: {} };
}

/** Not to be sent, with the gates that say why. */
export function skipped(touch: Touch, reason: string, judged?: Touch['judged']): Touch {
  return { ...settled(unpaid(touch)), state: 'skipped', reason, ...(judged && { judged }) };
}

/** Still planned, to be looked at again at `until`. */
export function deferred(touch: Touch, until: Instant, reason: string, judged?: Touch['judged']): Touch {
  const { claim: _freed, ...rest } = unpaid(touch);
  return { ...rest, state: 'planned', dueAt: until, reason, ...(judged && { judged }) };
}

export function claimed(touch: Touch, claim: Claim, judged: NonNullable<Touch['judged']>): Touch {
  const { reason: _over, ...rest } = touch;
  return { ...rest, state: 'claimed', claim, dueAt: claim.until, judged };
}

/** The provider did not take it and said so: it waits for `until`, without its claim. */
export function refusedForNow(touch: Touch, until: Instant, reason: string): Touch {
  return { ...deferred(touch, until, reason), refusals: touch.refusals + 1 };
}

export function failed(touch: Touch, reason: string): Touch {
  return { ...settled(unpaid(touch)), state: 'failed', reason };
}

/** Nobody knows whether it went out; it counts as if it had, and is never sent again. */
export function unconfirmed(touch: Touch, reason: string): Touch {
  return { ...settled(touch), state: 'unconfirmed', reason };
}

/**
 * Taken by the provider: by its answer, or by what it reported later. It went out when it was claimed, whichever of the
 * proofs comes first; one that was rejected did not go out.
 */
export function sent(
  touch: Touch,
  at: Instant,
  proof: { providerId?: string; parts?: number; cost?: number } = {},
): Touch {
  if (isRejected(touch)) return unpaid({ ...touch, ...proof });
  const { reason: _over, ...rest } = settled(touch);
  return { ...rest, ...proof, state: 'sent', sentAt: touch.claim?.at ?? Math.min(at, touch.sentAt ?? at) };
}

/** Taken by the provider and then not sent after all, as of mail with a virus in it: the last word on it. */
export function rejected(touch: Touch): Touch {
  const { sentAt: _never, ...rest } = settled(unpaid(touch));
  return { ...rest, state: 'failed', reason: 'rejected' };
}

function isRejected({ state, reason }: Touch): boolean {
  return state === 'failed' && reason === 'rejected';
}

/** What did not go out cost nothing. */
function unpaid(touch: Touch): Touch {
  const { parts: _parts, cost: _cost, ...rest } = touch;
  return rest;
}

function settled(touch: Touch): Touch {
  const { dueAt: _done, ...rest } = touch;
  return rest;
}

/**
 * A touch after the provider or the person reacted; any reaction proves that it was sent. Order and repetition do not
 * matter: each kind keeps its earliest time.
 * @returns the same object where nothing is new
 */
export function reacted(touch: Touch, kind: ReactionKind, at: Instant): Touch {
  const reactions = { ...touch.reactions, [kind]: Math.min(at, touch.reactions[kind] ?? at) };
  const next = { ...sent(touch, at), reactions };
  return sameContent(next, touch) ? touch : next;
}

/** What failed or bounced frees its place in the caps (DOMAIN 3). */
export function keepsItsPlace({ state, reactions }: Touch): boolean {
  if (state === 'sent') return reactions.bounced === undefined;
  return state === 'unconfirmed' || state === 'claimed';
}
