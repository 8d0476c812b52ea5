import type { TouchCall } from '../../contracts/work.ts';
import type { Instant } from '../../domain/calendar.ts';
import { compareUrgency } from '../../domain/contact-policy/caps.ts';
import { type Candidate, gateNames, judge } from '../../domain/contact-policy/gates.ts';
import { placeOf, withClaim, withPlace } from '../../domain/contact-policy/places.ts';
import { type Standing, standingOf } from '../../domain/contact-policy/standing.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { minuteMs } from '../../domain/durations.ts';
import { type Channel, isTransactional } from '../../domain/messages/message-class.ts';
import { costOfMessage, type MessagePrices } from '../../domain/messages/message-price.ts';
import type { MessageTemplate } from '../../domain/messages/template.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import {
  claimed,
  contactOf,
  deferred,
  failed,
  refusedForNow,
  sent,
  skipped,
  type Touch,
  touchName,
  unconfirmed,
} from '../../domain/touches/touch.ts';
import { couponByLadder } from '../coupons/coupon-by-ladder.ts';
import type { CalledFor, CouponIssuer, DomainEvents, IssueOutcome, NotNow } from '../marketing-ports.ts';
import {
  type Clock,
  ConflictError,
  type NightlyLimitsReader,
  type SettingsReader,
  type ShopReader,
  StoreBusyError,
  type Versioned,
} from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import { type BrakeReader, brakeOf } from './brake-sending.ts';
import { type ComposeDeps, composeMessage, handsOverCode, templateOf } from './compose-message.ts';
import { freePlace } from './free-place.ts';
import type { ChannelSender, Handover, OutgoingMessage, Pacer, SendingRates, TouchStore } from './messaging-ports.ts';
import { readSendingScene, type SendingScene } from './read-sending-scene.ts';

export interface SendDeps extends ComposeDeps, Retrying {
  readonly touches: TouchStore;
  readonly settings: SettingsReader;
  readonly shops: ShopReader;
  readonly calledFor: CalledFor;
  /** Without it a message that brings a coupon does not go out. */
  readonly coupons?: CouponIssuer;
  /** What the coupon ladder knows of value groups. */
  readonly limits?: NightlyLimitsReader;
  readonly events?: DomainEvents;
  readonly senders: Readonly<Record<Channel, ChannelSender>>;
  readonly pacer: Pacer;
  readonly rates: BrakeReader & Pick<SendingRates, 'countSent'>;
  readonly identityHash: (text: string) => string;
  readonly clock: Clock;
  /** Hears of what could not be written or rendered; ids only. */
  readonly onFailure: (touch: string, error: unknown) => void;
}

export interface SendCounts {
  sent: number;
  deferred: number;
  skipped: number;
  failed: number;
  unconfirmed: number;
}

/** How long a claim holds: longer than a function may run with it, so that nobody takes over what is still under way. */
export const leaseMs = 120_000;
/** What has to be left of a lease when the provider is called: its timeout, and time to write the answer down. */
const callMs = 20_000;
/** How long a message waits for one that may take its place, or give it back. */
const contestedMs = 15 * minuteMs;
const maxTries = 6;

/**
 * Sends what is due to one customer on one channel: the best first, each put to every gate on the live record, claimed in
 * one transaction with the caps and the address it takes, handed over, and written down. What has to wait gets its next
 * minute, what may not go its reason. Four requests for a message that goes out.
 * @throws ConflictError after several lost tries, StoreBusyError when throttled: the call comes again
 */
export async function sendTouches(call: TouchCall, remainingMs: () => number, deps: SendDeps): Promise<SendCounts> {
  const counts: SendCounts = { sent: 0, deferred: 0, skipped: 0, failed: 0, unconfirmed: 0 };
  await retried(() => sendDue(call, remainingMs, counts, deps), deps, maxTries);
  return counts;
}

/** One look at a customer's messages: what they are judged on, and what comes of them. */
interface Round {
  readonly channel: Channel;
  readonly scene: SendingScene;
  readonly settings: Settings;
  /** Touches whose places may yet be given back: under way, or about to be. */
  readonly contested: Set<string>;
  readonly remainingMs: () => number;
  readonly counts: SendCounts;
  readonly deps: SendDeps;
}

async function sendDue(
  { customer, channel }: TouchCall,
  remainingMs: () => number,
  counts: SendCounts,
  deps: SendDeps,
): Promise<void> {
  const now = deps.clock.now();
  const open = await deps.touches.readOpen(customer);
  for (const touch of open) if (touch.value.channel === channel) await giveUpClaim(touch, now, counts, deps);
  const due = open.filter(({ value }) => isDue(value, now));
  if (!due.some(({ value }) => value.channel === channel)) return;

  const rivals = [...due, ...open.filter(({ value }) => isTriedAgainSoon(value, now))];
  const settings = await deps.settings.settings(now);
  const scene = await readSendingScene(customer, rivals, settings, deps);
  if (!scene) {
    for (const touch of due) await put(touch, skipped(touch.value, 'no_customer'), counts, deps);
    return;
  }
  const contested = new Set(open.filter(({ value }) => isUnderWay(value, now)).map(({ value }) => touchName(value)));
  const round = { channel, scene, settings, contested, remainingMs, counts, deps };
  const inTurn = rivals.sort((a, b) => compareUrgency(a.value, b.value));
  for (const touch of inTurn) await takeTurn(touch, round);
}

function isDue({ state, dueAt }: Touch, now: Instant): boolean {
  return state === 'planned' && (dueAt ?? now) <= now;
}

/** What waits for its provider and for no gate keeps its turn. */
function isTriedAgainSoon({ state, dueAt, reason }: Touch, now: Instant): boolean {
  const isSoon = state === 'planned' && dueAt !== undefined && dueAt > now && dueAt <= now + contestedMs;
  return isSoon && reason !== undefined && !gateNames.some((gate) => gate === reason);
}

function isUnderWay({ state, claim }: Touch, now: Instant): boolean {
  return state === 'claimed' && claim !== undefined && claim.until > now;
}

/** A claim whose lease is over: its sender is gone, and nobody knows whether the message went out. */
async function giveUpClaim(touch: Versioned<Touch>, now: Instant, counts: SendCounts, deps: SendDeps): Promise<void> {
  const { state, claim } = touch.value;
  if (state === 'claimed' && claim && claim.until <= now) {
    await put(touch, unconfirmed(touch.value, 'sender_lost'), counts, deps);
  }
}

/** One touch, the more urgent ones having had their turn. */
async function takeTurn(touch: Versioned<Touch>, round: Round): Promise<void> {
  const { channel, deps } = round;
  const { value } = touch;
  const answer = await deps.calledFor.whyNotNow(value, round.scene, deps.clock.now());
  const first = await look(value, round);
  const isOurs = value.channel === channel && isDue(value, first.judged.at);
  if (answer && answer.type !== 'as') return isOurs ? leave(touch, answer, first, round) : undefined;
  if (!isOurs) {
    if (first.verdict.type === 'send') keepTurn(value, first.judged.at, round);
    return;
  }
  if (first.verdict.type !== 'send') return settle(touch, first, round);
  const { template, variant } = answer ?? value;
  const called = { ...value, template, ...(variant !== undefined && { variant }) };
  return leaveNow({ value: called, version: touch.version }, first, round);
}

/** What whoever planned it does not want sent, or not yet; one that is over while it waits is over. */
function leave(
  touch: Versioned<Touch>,
  answer: Exclude<NotNow, { type: 'as' }>,
  seen: Look,
  round: Round,
): Promise<void> {
  const { value } = touch;
  const { counts, deps } = round;
  if (answer.type === 'gone') return put(touch, skipped(value, answer.reason, seen.judged), counts, deps);
  if (seen.verdict.type === 'skip') return settle(touch, seen, round);
  const until = Math.min(answer.until, value.expiresAt);
  return put(touch, deferred(value, until, answer.reason, seen.judged), counts, deps);
}

/** Everything lets it go: it waits for its turn, gets its coupon and its text, is claimed and handed over. */
async function leaveNow(touch: Versioned<Touch>, first: Look, round: Round): Promise<void> {
  const { channel, counts, deps } = round;
  const { value } = touch;
  if (!(await deps.pacer.turn(channel, round.remainingMs() - callMs))) {
    keepTurn(value, first.judged.at, round);
    return put(touch, deferred(value, first.judged.at + minuteMs, 'pace', first.judged), counts, deps);
  }
  // It has waited for its turn: quiet hours may have begun, or its time be over.
  const last = await look(value, round);
  if (last.verdict.type !== 'send') return settle(touch, last, round);
  const ready = await prepare(value, last, round);
  if (ready.type === 'not') return put(touch, ready.next, counts, deps);
  const claim = await claimTouch({ value: ready.touch, version: touch.version }, last, round);
  await writeDown(claim, ready.message, await handOver(ready.message, claim.value, deps), round);
}

type Prepared =
  | { readonly type: 'ready'; readonly touch: Touch; readonly message: OutgoingMessage }
  | { readonly type: 'not'; readonly next: Touch };

/** Its template, its coupon and its text; or what becomes of it where one of them is not to be had. */
async function prepare(touch: Touch, seen: Look, { scene, settings, deps }: Round): Promise<Prepared> {
  try {
    const template = await templateOf(touch, scene, deps);
    const coupon = await issueCoupon(touch, template, scene.file, settings, deps);
    if (coupon?.type === 'refused') return { type: 'not', next: skipped(touch, coupon.reason, seen.judged) };
    const composition = { touch, to: seen.standing.address?.value ?? '', template, ...(coupon && { coupon }) };
    const { message, links, linkName } = await composeMessage(composition, scene, settings, deps);
    const code = coupon && { code: coupon.coupon.code };
    // Noted with the claim: a report of the provider can prove that it went out before its sender does.
    const price = costOf(message, undefined, settings.prices);
    const led = { ...(links.length > 0 && { links }), ...(linkName !== undefined && { linkName }) };
    return { type: 'ready', touch: { ...touch, ...code, ...price, ...led }, message };
  } catch (error) {
    if (error instanceof ConflictError || error instanceof StoreBusyError) throw error;
    deps.onFailure(touch.id, error);
    return { type: 'not', next: failed(touch, 'template') };
  }
}

/** One contact gets one code, over however many channels and however often it is tried. */
async function issueCoupon(
  touch: Touch,
  template: MessageTemplate,
  file: CustomerFile,
  settings: Settings,
  { coupons, renderer, clock, limits }: SendDeps,
): Promise<IssueOutcome | undefined> {
  const { customer, shop } = touch;
  if (touch.coupon === undefined || !handsOverCode(template, renderer)) return undefined;
  if (!coupons) return { type: 'refused', reason: 'coupon_gone' };
  const at = clock.now();
  const coupon = touch.coupon === 'ladder' ? await couponByLadder(file, settings, at, limits) : touch.coupon;
  if (coupon === undefined) return { type: 'refused', reason: 'coupon_ladder' };
  const about = { coupon, customer, aliases: file.aliases, ...(shop !== undefined && { shop }) };
  return coupons.issue({ ...about, cause: contactOf(touch), at });
}

/** A touch put to every gate at one moment. */
interface Look {
  readonly standing: Standing;
  readonly judged: NonNullable<Touch['judged']>;
  readonly verdict:
    | { readonly type: 'send' }
    | { readonly type: 'defer'; readonly until: Instant; readonly reason: string }
    | { readonly type: 'skip'; readonly reason: string };
}

async function look(touch: Touch, { scene, settings, contested, deps }: Round): Promise<Look> {
  const now = deps.clock.now();
  const standing = standingOf(scene.recordFor(touch), touch.channel, settings, now);
  const brake = isTransactional(touch.class) ? undefined : await brakeOf(touch.channel, settings, now, deps.rates);
  const candidate = candidateOf(touch);
  const { verdict, gates } = judge(candidate, standing, settings, now, brake);
  const judged = { at: now, gates };
  if (verdict.type === 'send' || contested.size === 0) return { standing, judged, verdict };

  const recent = standing.recent.filter(({ customer = '', touch: id }) => !contested.has(touchName({ customer, id })));
  const without = judge(candidate, { ...standing, recent }, settings, now, brake).verdict;
  const until = now + contestedMs;
  if (without.type !== 'send' || until >= touch.expiresAt) return { standing, judged, verdict };
  return { standing, judged, verdict: { type: 'defer', until, reason: verdict.reason } };
}

function candidateOf(touch: Touch): Candidate {
  const { id, customer, channel, class: messageClass, purpose, own, expiresAt } = touch;
  return {
    id,
    customer,
    contact: contactOf(touch),
    channel,
    class: messageClass,
    purpose,
    expiresAt,
    ...(own && { own }),
  };
}

/** Another queue sends it, or this one in a moment: the place it is about to take is not given to a lesser one. */
function keepTurn(touch: Touch, now: Instant, { scene, contested }: Round): void {
  const place = placeOf(touch, now);
  if (!place) return;
  scene.reserve(place);
  contested.add(touchName(touch));
}

/** What may not go now, with its reason: not at all, or not before another minute. */
function settle(touch: Versioned<Touch>, { verdict, judged }: Look, { counts, deps }: Round): Promise<void> {
  const { value } = touch;
  if (verdict.type === 'send') return Promise.resolve();
  const next =
    verdict.type === 'defer'
      ? deferred(value, verdict.until, verdict.reason, judged)
      : skipped(value, verdict.reason, judged);
  return put(touch, next, counts, deps);
}

/** The touch, the place it takes and the address it goes to, in one transaction, on the very file it was judged by. */
async function claimTouch(
  { value, version }: Versioned<Touch>,
  { judged, standing: { address } }: Look,
  { scene, settings, deps }: Round,
): Promise<Versioned<Touch>> {
  const now = deps.clock.now();
  const { file } = scene;
  const row = scene.addressRow(address?.key ?? '');
  const claim = { at: now, until: now + leaseMs, address: row.value.key, customer: file.id };
  const next = claimed(value, claim, judged);
  const place = placeOf(next, now);
  const contact = place && { ...scene.contact, value: withPlace(scene.contact.value, place, settings.policy, now) };
  const claimedRow = { ...row, value: withClaim(row.value, next, now) };
  await deps.touches.commit({
    touches: [{ value: next, version }],
    addresses: [claimedRow],
    ...(contact && { contacts: [contact], unchangedFiles: [{ id: file.id, version: scene.fileVersion }] }),
  });
  scene.written({ addresses: [claimedRow], contacts: contact ? [contact] : [] });
  return { value: next, version: version + 1 };
}

/** Only with enough of the lease left: whoever slept through it must not send what others have given up. */
async function handOver(message: OutgoingMessage, { claim }: Touch, deps: SendDeps): Promise<Handover> {
  if (!claim || claim.until - deps.clock.now() < callMs) return { type: 'refused', reason: 'too_late', later: true };
  return deps.senders[message.channel].send(message);
}

async function writeDown(
  touch: Versioned<Touch>,
  message: OutgoingMessage,
  handover: Handover,
  round: Round,
): Promise<void> {
  const { scene, settings, counts, deps } = round;
  const now = deps.clock.now();
  if (handover.type === 'unknown') return put(touch, unconfirmed(touch.value, handover.reason), counts, deps);
  if (handover.type === 'refused') {
    const next = afterRefusal(touch.value, handover, now);
    scene.written(await freePlace(touch, next, deps));
    if (next.state === 'planned') keepTurn(next, now, round);
    return count(next, counts);
  }
  const { type: _accepted, ...proof } = handover;
  deps.rates.countSent(touch.value.channel, now);
  await confirm(
    touch,
    (known) => sent(known, now, { ...proof, ...costOf(message, proof.parts, settings.prices) }),
    deps,
  );
  counts.sent++;
  await tellSent(touch.value, now, deps);
}

function costOf({ channel, to, content: { text } }: OutgoingMessage, parts: number | undefined, prices: MessagePrices) {
  return costOfMessage({ channel, to, text, ...(parts !== undefined && { parts }) }, prices);
}

/** Others may build on it; that they cannot be told does not undo a message. */
async function tellSent(touch: Touch, at: Instant, { events, onFailure }: SendDeps): Promise<void> {
  const { id, customer, origin, channel, template } = touch;
  const data = {
    customer,
    touch: id,
    origin: origin.type,
    [origin.type]: origin.id,
    step: origin.step,
    channel,
    template,
  };
  try {
    await events?.tell([{ id: `touch.sent ${customer} ${id}`, type: 'touch.sent', occurredAt: at, data }]);
  } catch (error) {
    onFailure(id, error);
  }
}

/** Minutes until a refused message is tried again: 1, 2, 4 ... 60. */
function afterRefusal(touch: Touch, { reason, later }: Extract<Handover, { type: 'refused' }>, now: Instant): Touch {
  const again = now + Math.min(60, 2 ** touch.refusals) * minuteMs;
  return later && again < touch.expiresAt ? refusedForNow(touch, again, reason) : failed(touch, reason);
}

/** The message is out: this must be written whatever the provider's own report has made of the touch meanwhile. */
async function confirm(touch: Versioned<Touch>, change: (touch: Touch) => Touch, deps: SendDeps): Promise<void> {
  let known: Versioned<Touch> | undefined = touch;
  for (let tries = 1; known && tries <= maxTries; tries++) {
    try {
      await deps.touches.commit({ touches: [{ value: change(known.value), version: known.version }] });
      return;
    } catch (error) {
      // The lease ends by itself, and the touch is then unconfirmed: never sent again.
      if (tries === maxTries) return deps.onFailure(touch.value.id, error);
      await deps.pause(Math.ceil(deps.random() * 20 * 2 ** tries));
      if (error instanceof ConflictError) known = await deps.touches.readTouch(touch.value);
    }
  }
}

async function put(touch: Versioned<Touch>, next: Touch, counts: SendCounts, deps: SendDeps): Promise<void> {
  await deps.touches.commit({ touches: [{ value: next, version: touch.version }] });
  count(next, counts);
}

function count({ state }: Touch, counts: SendCounts): void {
  if (state === 'planned') counts.deferred++;
  else if (state !== 'claimed' && state !== 'heldout') counts[state]++;
}
