import type { Feedback } from '../../contracts/feedback/feedback.ts';
import type { Instant } from '../../domain/calendar.ts';
import { sameContent } from '../../domain/canonical.ts';
import { withoutClaim, withoutPlace } from '../../domain/contact-policy/places.ts';
import {
  type AddressRow,
  type ContactRow,
  type OwnWord,
  withBlock,
  withDenial,
  withWord,
} from '../../domain/contact-policy/standing.ts';
import { isE164, normaliseEmail } from '../../domain/customers/identity.ts';
import { movesCredit } from '../../domain/effect/attribution.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import { type Followed, followed } from '../../domain/touches/followed.ts';
import { keepsItsPlace, reacted, rejected, sent, type Touch } from '../../domain/touches/touch.ts';
import { ConflictError, type Versioned, type WorkQueue } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import type { SendingRates, TouchKey, TouchStore } from './messaging-ports.ts';
import { addressKeyOf } from './plan-touches.ts';

export interface FeedbackDeps extends Retrying {
  readonly touches: TouchStore;
  readonly rates: Pick<SendingRates, 'countReaction'>;
  readonly identityHash: (text: string) => string;
}

export interface ReportDeps extends FeedbackDeps {
  readonly work: WorkQueue;
}

export type FeedbackOutcome = 'taken' | 'unchanged' | 'ignored';

type Reaction = Extract<Feedback, { type: 'reaction' }>;

/**
 * Takes in what a provider or a person told: the touch moves forward, an address that bounced or complained is barred, one
 * that said STOP is left alone. Any order and any repetition end in the same state.
 * @throws ConflictError after lost tries, or about a message whose sender is not done; StoreBusyError when throttled: it
 *   should come again
 */
export function takeFeedback(feedback: Feedback, deps: ReportDeps): Promise<FeedbackOutcome> {
  if (feedback.type === 'ignored') return Promise.resolve('ignored');
  return retried(() => (feedback.type === 'word' ? takeWord(feedback, deps) : takeReaction(feedback, deps)), deps);
}

async function takeReaction(reaction: Reaction, deps: ReportDeps): Promise<FeedbackOutcome> {
  const { kind } = reaction;
  const keys = reaction.addresses.flatMap((address) => keyOf(reaction.channel, address, deps));
  const { addresses } = await deps.touches.readLive({ addresses: keys });
  const rows = [...addresses.values()];
  const { touch, mayBe } = await touchOf(reaction, rows, deps);
  const next = touch && afterReaction(touch.value, reaction, deps);
  const changedTouch = touch && next && next !== touch.value ? [{ value: next, version: touch.version }] : [];
  const changedRows = rows.flatMap((row) => afterwards(row, reaction, next));
  const contacts = next ? await freedContacts(next, deps) : [];
  if (touch && next && movesCredit(touch.value, next)) await lookAgain(next, deps);
  await deps.touches.commit({ touches: changedTouch, addresses: changedRows, contacts });
  if (mayBe) throw new ConflictError('its sender has not written down yet what the provider calls it');
  if (changedTouch.length + changedRows.length + contacts.length === 0) return touch ? 'unchanged' : 'ignored';
  const isNew = touch && touch.value.reactions[kind as keyof Touch['reactions']] === undefined;
  if (isNew && (kind === 'bounced' || kind === 'complained')) {
    await deps.rates.countReaction(reaction.channel, kind, reaction.at);
  }
  return 'taken';
}

/** Seconds by which what was told is written, or asked for anew: nothing takes in feedback for longer. */
const surelyWritten = 60;

/** Asked for before it is written: whoever dies between asks once more, and to look in vain does no harm. */
function lookAgain({ claim, customer }: Touch, { work }: ReportDeps): Promise<void> {
  return work.send({ type: 'customers.changed', customers: [claim?.customer ?? customer] }, surelyWritten);
}

/**
 * By our own marks; where the provider carries none, by its id among what went to the address. `mayBe`: one of them is
 * under way, and its id not known yet.
 */
async function touchOf(
  { touch: key, providerId }: Reaction,
  rows: readonly Versioned<AddressRow>[],
  deps: FeedbackDeps,
): Promise<{ touch?: Versioned<Touch>; mayBe?: boolean }> {
  const marked = key && (await deps.touches.readTouch(key));
  if (marked) return { touch: marked };
  const claims = key ? [] : rows.flatMap(({ value }) => value.claims);
  if (claims.length === 0) return {};
  const keys = claims.map(({ customer, touch: id }): TouchKey => ({ customer, id }));
  const touches = [...(await deps.touches.readLive({ touches: keys })).touches.values()];
  const touch = touches.find(({ value }) => value.providerId === providerId);
  const isOneUnderWay = touches.some(({ value }) => value.state === 'claimed' && value.providerId === undefined);
  return touch ? { touch } : { mayBe: isOneUnderWay };
}

/** @returns the same object where nothing is new */
function afterReaction(touch: Touch, { kind, at, providerId, by = {}, link }: Reaction, deps: FeedbackDeps): Touch {
  // What was never handed over cannot be reacted to: somebody else's message under our mark.
  if (touch.state === 'skipped') return touch;
  const moved = afterKind(touch, kind, { at, by, ...(link !== undefined && { link: linkMark(link, deps) }) });
  // The sender may never have learnt it; reports without our marks are found by it.
  const next = { ...moved, providerId: touch.providerId ?? providerId };
  return sameContent(next, touch) ? touch : next;
}

function afterKind(touch: Touch, kind: Reaction['kind'], seen: Omit<Followed, 'kind'>): Touch {
  if (kind === 'rejected') return rejected(touch);
  if (kind === 'sent') return sent(touch, seen.at);
  return kind === 'opened' || kind === 'clicked' ? followed(touch, { kind, ...seen }) : reacted(touch, kind, seen.at);
}

/** Tells the links of a message apart, and tells nobody where they lead. */
export function linkMark(link: string, { identityHash }: Pick<FeedbackDeps, 'identityHash'>): string {
  return identityHash(`link:${link}`).slice(0, 6);
}

/**
 * Notes that a link of ours was followed, or our picture loaded. Nothing is noted of a message that is not on its way:
 * previews and tests carry links, too.
 * @returns false where nothing was noted
 */
export function noteFollowed(
  key: TouchKey,
  seen: Followed,
  deps: Pick<FeedbackDeps, 'touches'> & Retrying,
): Promise<boolean> {
  return retried(async () => {
    const touch = await deps.touches.readTouch(key);
    if (!touch?.value.claim) return false;
    const next = followed(touch.value, seen);
    if (next === touch.value) return false;
    await deps.touches.commit({ touches: [{ value: next, version: touch.version }] });
    return true;
  }, deps);
}

/** The address barred, and free again for what was never sent to it. */
function afterwards(
  row: Versioned<AddressRow>,
  { blocks, at }: Reaction,
  touch: Touch | undefined,
): Versioned<AddressRow>[] {
  const barred = blocks === undefined ? row.value : withBlock(row.value, blocks, at);
  const value = touch?.state === 'failed' ? withoutClaim(barred, touch) : barred;
  return value === row.value ? [] : [{ ...row, value }];
}

/** What bounced frees the place it had. */
async function freedContacts(touch: Touch, deps: FeedbackDeps): Promise<Versioned<ContactRow>[]> {
  if (touch.claim === undefined || touch.class === 'transactional' || keepsItsPlace(touch)) return [];
  const { contacts } = await deps.touches.readLive({ contacts: [touch.claim.customer] });
  return [...contacts.values()].flatMap((row) => {
    const value = withoutPlace(row.value, touch);
    return value === row.value ? [] : [{ ...row, value }];
  });
}

async function takeWord(
  { channel, address, word, at }: Extract<Feedback, { type: 'word' }>,
  deps: FeedbackDeps,
): Promise<FeedbackOutcome> {
  const [key] = keyOf(channel, address, deps);
  if (key === undefined) return 'ignored';
  const { addresses } = await deps.touches.readLive({ addresses: [key] });
  return sayAt(addresses.get(key), word, at, undefined, deps);
}

/**
 * Denies a touch's channel to its customer, and its address to everybody who has it, but for transactional messages: what
 * one click on an unsubscribe link asks for (RFC 8058).
 * @returns undefined when there is no such message
 */
export function unsubscribe(key: TouchKey, at: Instant, deps: FeedbackDeps): Promise<Channel | undefined> {
  return retried(async () => {
    const touch = await deps.touches.readTouch(key);
    const claim = touch?.value.claim;
    if (!touch || !claim) return undefined;
    const { addresses } = await deps.touches.readLive({ addresses: [claim.address] });
    await sayAt(addresses.get(claim.address), 'unsubscribed', at, touch, deps);
    return touch.value.channel;
  }, deps);
}

/** Writes what an address said, and what follows for the message it answers. */
async function sayAt(
  row: Versioned<AddressRow> | undefined,
  word: OwnWord,
  at: Instant,
  answered: Versioned<Touch> | undefined,
  deps: FeedbackDeps,
): Promise<FeedbackOutcome> {
  if (!row) return 'ignored';
  const touch = answered ?? (await lastTouch(row.value, at, deps));
  const value = withWord(row.value, word, at);
  const next = touch && word !== 'start' ? reacted(touch.value, 'unsubscribed', at) : touch?.value;
  const touches = touch && next && next !== touch.value ? [{ value: next, version: touch.version }] : [];
  const contacts = touch && word !== 'start' ? await deniedContacts(touch.value, at, deps) : [];
  const addresses = sameContent(value, row.value) ? [] : [{ ...row, value }];
  if (touches.length + contacts.length + addresses.length === 0) return 'unchanged';
  await deps.touches.commit({ touches, contacts, addresses });
  return 'taken';
}

/** The message an answer is most likely to: the last one before it. */
async function lastTouch(row: AddressRow, at: Instant, deps: FeedbackDeps): Promise<Versioned<Touch> | undefined> {
  const last = row.claims.filter((claim) => claim.at <= at).at(-1);
  return last && deps.touches.readTouch({ customer: last.customer, id: last.touch });
}

async function deniedContacts(touch: Touch, at: Instant, deps: FeedbackDeps): Promise<Versioned<ContactRow>[]> {
  const customer = touch.claim?.customer ?? touch.customer;
  const { contacts } = await deps.touches.readLive({ contacts: [customer] });
  return [...contacts.values()].flatMap((row) => {
    const value = withDenial(row.value, touch.channel, at);
    return value === row.value ? [] : [{ ...row, value }];
  });
}

function keyOf(channel: 'email' | 'sms', address: string, { identityHash }: FeedbackDeps): string[] {
  // Providers write phones as E.164.
  const known = channel === 'email' ? normaliseEmail(address) : isE164(address) ? address : undefined;
  return known === undefined ? [] : [addressKeyOf(channel, known, identityHash)];
}
