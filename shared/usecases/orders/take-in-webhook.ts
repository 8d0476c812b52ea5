import { createHash } from 'node:crypto';
import type {
  BuyerIdentities,
  FieldError,
  Outcome,
  Platform,
  PlatformName,
  Reading,
  SignedRequest,
} from '../../contracts/platforms/platform.ts';
import { assertUnreachable } from '../../domain/assert-unreachable.ts';
import { compareStrength } from '../../domain/customers/identity.ts';
import type { Order } from '../../domain/orders/order.ts';
import { orderRef } from '../../domain/orders/order.ts';
import type { BehaviourStore } from '../behaviour/behaviour-ports.ts';
import type { BehaviourDeps } from '../behaviour/take-in-behaviour.ts';
import { keysOf } from '../customers/keys-of-buyer.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import {
  ConflictError,
  type InboundEvent,
  type OrderQueue,
  type ParkCause,
  type ParkedEvents,
  RecordTooLargeError,
  type SettingsReader,
  type Shop,
  type ShopReader,
  StoreBusyError,
  type WorkQueue,
} from '../ports.ts';
import { identitiesInEvent } from './identities-in-event.ts';
import { type Arrival, type RecordingDeps, recordOrder } from './record-order.ts';
import { recordShopEvent } from './record-shop-event.ts';
import { recordUpdate } from './record-update.ts';

export interface TakeInDeps extends RecordingDeps {
  readonly platforms: Readonly<Record<PlatformName, Platform>>;
  readonly shops: ShopReader;
  readonly settings: SettingsReader;
  readonly parked: ParkedEvents;
  readonly behaviour: BehaviourStore;
  readonly heard?: NonNullable<BehaviourDeps['heard']>;
  readonly identityHash: (text: string) => string;
}

/** Parts a whole base is gone through in, when a shop is to be forgotten. */
const shopEraseSegments = 8;

export type WebhookResult =
  | { readonly type: 'unknown_shop' }
  | { readonly type: 'refused'; readonly reason: string }
  /** `platform` words the answer. */
  | {
      readonly type: 'taken';
      readonly platform: Platform;
      readonly outcome: Outcome;
      /** Why it went to the queue, where that was nothing foreseen. */
      readonly failure?: unknown;
    };

/**
 * Takes in one webhook: verifies the raw bytes, reads them, records what they say. What is verified is never lost
 * (guarantee 2): where the store is busy, three tries were lost, or anything unforeseen happens it goes to the queue, where
 * it cannot be recorded it is parked with its reason.
 * @throws StoreBusyError when neither the store nor the queue takes it: the sender has to come again
 */
export async function takeInWebhook(
  shopId: string,
  request: SignedRequest,
  deps: TakeInDeps & { readonly queue: OrderQueue },
): Promise<WebhookResult> {
  const known = await deps.shops.shop(shopId);
  if (!known) return { type: 'unknown_shop' };
  const verified = await verify(known, request, deps);
  if (verified.type !== 'verified') return verified;
  const { shop, platform } = verified;

  const event = eventOf(request, shop, platform, deps);
  const reading = readSafely(platform, request, shop);
  if (isErasure(reading)) {
    // Not the shop's wait: whoever takes it from the queue has it done.
    await deps.queue.send(event, groupOf(reading, event, deps));
    return { type: 'taken', platform, outcome: { type: 'queued' } };
  }
  try {
    return { type: 'taken', platform, outcome: await settle(reading, event, shop, deps) };
  } catch (error) {
    await deps.queue.send(event, groupOf(reading, event, deps));
    const foreseen = error instanceof ConflictError || error instanceof StoreBusyError;
    const outcome = { type: 'queued', ...orderIdOf(reading) } as const;
    return { type: 'taken', platform, outcome, ...(!foreseen && { failure: error }) };
  }
}

/** A signature that does not fit is tried again with the shop as it is now: its secret may be a second old. */
async function verify(
  known: Shop,
  request: SignedRequest,
  deps: TakeInDeps,
): Promise<
  | { readonly type: 'verified'; readonly shop: Shop; readonly platform: Platform }
  | Extract<WebhookResult, { type: 'refused' | 'unknown_shop' }>
> {
  const check = (shop: Shop) => deps.platforms[shop.platform].verify(request, shop.secrets, deps.clock.now());
  if (check(known).ok) return { type: 'verified', shop: known, platform: deps.platforms[known.platform] };
  const shop = await deps.shops.freshShop(known.id);
  if (!shop) return { type: 'unknown_shop' };
  const verified = check(shop);
  return verified.ok
    ? { type: 'verified', shop, platform: deps.platforms[shop.platform] }
    : { type: 'refused', reason: verified.reason };
}

/**
 * Takes in an event that was verified before: from the queue, or replayed from the parked ones.
 * @throws ConflictError, StoreBusyError when it should come again
 */
export async function takeInEvent(
  event: InboundEvent,
  deps: TakeInDeps & { readonly work: WorkQueue },
  arrival: Arrival = { silently: false },
): Promise<Outcome> {
  const shop = await deps.shops.shop(event.shop);
  if (!shop)
    return park(event, { reason: 'shop_gone', detail: 'The shop was removed before this was recorded.' }, deps);
  const query = new URLSearchParams(event.query);
  const request = { headers: event.headers, query, body: Buffer.from(event.body, 'base64') };
  const reading = readSafely(deps.platforms[shop.platform], request, shop);
  return isErasure(reading) ? askToErase(reading, event, deps) : settle(reading, event, shop, deps, arrival);
}

type Erasure = Extract<Reading, { type: 'erasure' | 'shop_erasure' }>;

function isErasure(reading: Reading): reading is Erasure {
  return reading.type === 'erasure' || reading.type === 'shop_erasure';
}

/** Work of its own: doing it takes longer than an event may. */
async function askToErase(
  reading: Erasure,
  { shop, id: request }: InboundEvent,
  deps: TakeInDeps & { readonly work: WorkQueue },
): Promise<Outcome> {
  if (reading.type === 'erasure') {
    const identities = keysOf(shop, reading.buyer, deps);
    const orders = reading.orders.map((id) => orderRef(shop, id));
    await deps.work.send({ type: 'identities.erase', shop, request, identities, orders });
    return { type: 'queued' };
  }
  for (let segment = 0; segment < shopEraseSegments; segment++) {
    await deps.work.send({ type: 'shop.erase', shop, request, segment, segments: shopEraseSegments });
  }
  return { type: 'queued' };
}

/** A reader that stumbles over a body it does not foresee loses no event: it is parked like any other that is wrong. */
function readSafely(platform: Platform, request: SignedRequest, shop: Shop): Reading {
  try {
    return platform.read(request, shop);
  } catch {
    return { type: 'invalid', errors: [{ field: 'body', message: 'could not be read' }] };
  }
}

function eventOf(request: SignedRequest, shop: Shop, platform: Platform, deps: TakeInDeps): InboundEvent {
  const body = createHash('sha256').update(request.body).digest('base64url').slice(0, 22);
  return {
    shop: shop.id,
    // The body's hash beside the sender's id: an id used twice for different bodies must not hide one of them.
    id: `${platform.eventId(request) ?? ''}.${body}`,
    headers: pick(platform.kept.headers, (name) => request.headers[name]),
    query: pick(platform.kept.query, (name) => request.query.get(name) ?? undefined),
    body: request.body.toString('base64'),
    receivedAt: deps.clock.now(),
  };
}

function pick(names: readonly string[], find: (name: string) => string | undefined): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = find(name);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

async function settle(
  reading: Exclude<Reading, Erasure>,
  event: InboundEvent,
  shop: Shop,
  deps: TakeInDeps,
  arrival?: Arrival,
): Promise<Outcome> {
  try {
    return await settleByType(reading, event, shop, deps, arrival);
  } catch (error) {
    if (!(error instanceof RecordTooLargeError)) throw error;
    return { ...(await park(event, tooLargeCause, deps)), ...orderIdOf(reading) };
  }
}

const tooLargeCause: ParkCause = {
  reason: 'too_large',
  detail: 'With this its customer or order would hold more than can be stored of one; nothing of it is recorded.',
};

async function settleByType(
  reading: Exclude<Reading, Erasure>,
  event: InboundEvent,
  shop: Shop,
  deps: TakeInDeps,
  arrival?: Arrival,
): Promise<Outcome> {
  switch (reading.type) {
    case 'order':
      return settleOrder(withIdentities(reading.order, reading.buyer, deps), event, shop, deps, arrival);
    case 'customer': {
      const update = { identities: keysOf(shop.id, reading.buyer, deps), statements: reading.statements };
      if (update.identities.length === 0)
        return { type: 'ignored', why: 'it names no customer: no id, email or phone' };
      const settings = await deps.settings.settings(deps.clock.now());
      const type = await recordUpdate(update, shop.id, settings, deps);
      return type === 'erased' ? { type: 'ignored', why: 'it is of somebody who was erased' } : { type };
    }
    case 'behaviour':
      return settleBehaviour(reading, event, shop, deps);
    case 'ignored':
      return reading;
    case 'privacy_request':
      return park(event, await privacyCause(reading, shop, deps), deps);
    case 'not_json':
      await parkUnread(event, { reason: 'not_json', detail: 'The body is not JSON.' }, shop, deps);
      return reading;
    case 'invalid':
      await parkUnread(event, invalidCause(reading.errors), shop, deps);
      return reading;
    default:
      return assertUnreachable(reading);
  }
}

async function settleBehaviour(
  { buyer, statements, event: done }: Extract<Reading, { type: 'behaviour' }>,
  event: InboundEvent,
  shop: Shop,
  deps: TakeInDeps,
): Promise<Outcome> {
  const identities = keysOf(shop.id, buyer, deps);
  if (identities.length === 0) return { type: 'ignored', why: 'it names no customer: no id, email or phone' };
  const outcome = await recordShopEvent({ identities, statements }, done, shop.id, deps);
  if (outcome === 'erased') return { type: 'ignored', why: 'it is of somebody who was erased' };
  if (outcome !== 'ahead') return { type: outcome };
  const errors = [{ field: 'timestamp', message: 'is more than five minutes ahead of now' }];
  await parkUnread(event, invalidCause(errors), shop, deps);
  return { type: 'invalid', errors };
}

async function settleOrder(
  order: Order,
  event: InboundEvent,
  shop: Shop,
  deps: TakeInDeps,
  arrival?: Arrival,
): Promise<Outcome> {
  const settings = await deps.settings.settings(deps.clock.now());
  const recorded = await recordOrder(order, shop.timezone, settings, deps, arrival);
  if (recorded.type !== 'rate_missing') return { type: recorded.type, orderId: order.id };
  const { currency, day } = recorded;
  const detail = `No exchange rate from ${currency} for ${day}: set one under /v1/settings, then it is replayed.`;
  return { ...(await park(event, { reason: 'rate_missing', detail }, deps)), orderId: order.id };
}

/** What the person who acts on it needs to know: whose data are asked for. */
async function privacyCause(
  { what, buyer = {} }: Extract<Reading, { type: 'privacy_request' }>,
  { id: shop }: Shop,
  deps: TakeInDeps,
): Promise<ParkCause> {
  const asked = `${what}: a person asked for it, and the law sets a term.`;
  const keys = keysOf(shop, buyer, deps);
  const rows = keys.length === 0 ? [] : [...(await deps.store.readIdentities(keys)).values()];
  const leads = rows.flatMap(({ value }) => value.customer ?? []);
  const { files } = await resolveFiles(leads, deps.store);
  const exports = [...files.keys()].map((id) => `GET /v1/customers/${id}/export`).join(', ');
  const found = exports === '' ? 'Nobody is known by what it names.' : `What is held of them: ${exports}.`;
  return { reason: 'privacy_request', detail: `${asked} ${found}` };
}

async function park(event: InboundEvent, cause: ParkCause, deps: TakeInDeps) {
  await deps.parked.park(event, cause);
  return { type: 'parked', reason: cause.reason } as const;
}

/** Of what an event may name that many are looked up, addresses and phones first. */
const mostNamed = 1000;

/** What nobody could read waits for a person. One that names somebody erased leaves a row without a word of its body. */
async function parkUnread(event: InboundEvent, cause: ParkCause, shop: Shop, deps: TakeInDeps) {
  const named = [...identitiesInEvent(event, shop, deps)].sort((a, b) => compareStrength(b, a)).slice(0, mostNamed);
  const rows = await deps.store.readIdentities(named);
  if (![...rows.values()].some(({ value }) => value.erased)) return park(event, cause, deps);
  const detail = `${cause.detail} It names somebody who was erased, so the body is not kept.`;
  return park({ ...event, body: '' }, { reason: cause.reason, detail }, deps);
}

function invalidCause(errors: readonly FieldError[]): ParkCause {
  return { reason: 'invalid', detail: `${errors.length} field(s) are wrong; see errors.`, errors };
}

function withIdentities(order: Order, buyer: BuyerIdentities, deps: TakeInDeps): Order {
  return { ...order, identities: keysOf(order.shop, buyer, deps) };
}

/** One at a time per strongest identity: events of one customer do not compete again in the queue. */
function groupOf(reading: Reading, event: InboundEvent, deps: TakeInDeps): string {
  if (!('buyer' in reading) || !reading.buyer) return event.shop;
  const [strongest] = keysOf(event.shop, reading.buyer, deps).sort(compareStrength);
  return strongest ?? (reading.type === 'order' ? orderRef(event.shop, reading.order.id) : event.shop);
}

function orderIdOf(reading: Reading): { orderId?: string } {
  return reading.type === 'order' ? { orderId: reading.order.id } : {};
}
