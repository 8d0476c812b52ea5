import type { Instant } from '../calendar.ts';
import { sameContent } from '../canonical.ts';
import { type CustomerFile, purchasesOf } from '../customers/customer-file.ts';
import { isE164, normaliseEmail } from '../customers/identity.ts';
import { localTimeZone } from '../customers/local-time-zone.ts';
import { consentFieldsOf } from '../customers/statements.ts';
import { dayMs } from '../durations.ts';
import { type Stage, stageAt } from '../life-cycle/stage.ts';
import type { Channel } from '../messages/message-class.ts';
import type { Order } from '../orders/order.ts';
import type { Settings } from '../settings/settings.ts';
import type { RecentContact } from './caps.ts';

export type ConsentState = 'granted' | 'denied' | 'unknown';

/** Consent for one address on one channel, with the time and the source of the word that counts. */
export interface Consent {
  readonly state: ConsentState;
  readonly at?: Instant;
  readonly source?: string;
}

/** What bars an address from everything (DOMAIN 2). */
const blockReasons = ['erasure', 'complaint', 'bounce'] as const;
export type BlockReason = (typeof blockReasons)[number];

/** What whoever reads an address said by answering or by a link. */
export type OwnWord = 'stop' | 'unsubscribed' | 'start';

/** What is known of an address itself, whoever's file it stands in. */
export interface AddressRow {
  /** Keyed hash of the address. */
  readonly key: string;
  /** Earliest time of each. */
  readonly blocks: { readonly [Reason in BlockReason]?: Instant };
  /** Latest time of each: only a later start takes a stop back, not that somebody unsubscribes besides. */
  readonly said: { readonly [Word in OwnWord]?: Instant };
  /** What went out to it lately: two files with one mailbox are not both written to. */
  readonly claims: readonly AddressClaim[];
}

export interface AddressClaim {
  readonly contact: string;
  readonly customer: string;
  readonly touch: string;
  readonly at: Instant;
}

/** What was sent to a customer lately, and which channels they have denied altogether. */
export interface ContactRow {
  readonly customer: string;
  readonly recent: readonly RecentContact[];
  readonly denied: { readonly [On in Channel]?: Instant };
  /** What lets only transactional messages through for a while (DOMAIN 3), by what it comes from. */
  readonly silences?: readonly KeptSilence[];
}

/** A case, a low score, or a pause the customer asked for: silent for 30 days, and while it is not over. */
export interface KeptSilence {
  /** Of the case, of the message that was answered, or `pause`. */
  readonly id: string;
  readonly kind: 'case' | 'score' | 'pause';
  readonly since: Instant;
  readonly over?: true;
}

/** How long a silence lasts at least, in milliseconds. */
export const silentForMs = 30 * dayMs;

export function emptyAddressRow(key: string): AddressRow {
  return { key, blocks: {}, said: {}, claims: [] };
}

export function emptyContactRow(customer: string): ContactRow {
  return { customer, recent: [], denied: {} };
}

/** @returns the same object where nothing is new */
export function withWord(row: AddressRow, word: OwnWord, at: Instant): AddressRow {
  const known = row.said[word];
  return known !== undefined && known >= at ? row : { ...row, said: { ...row.said, [word]: at } };
}

/** Earliest time of each reason. @returns the same object where nothing is new */
export function withBlock(row: AddressRow, reason: BlockReason, at: Instant): AddressRow {
  const known = row.blocks[reason];
  return known !== undefined && known <= at ? row : { ...row, blocks: { ...row.blocks, [reason]: at } };
}

/** The channel denied for every address of the customer. @returns the same object where nothing is new */
export function withDenial(row: ContactRow, channel: Channel, at: Instant): ContactRow {
  const known = row.denied[channel];
  return known !== undefined && known >= at ? row : { ...row, denied: { ...row.denied, [channel]: at } };
}

/**
 * The row with a silence as it is now; those that were over 30 days before it began go.
 * @returns the same object where nothing is new
 */
export function withSilence(row: ContactRow, silence: KeptSilence): ContactRow {
  const others = (row.silences ?? []).filter(
    ({ id, since, over }) => id !== silence.id && !(over && since + silentForMs <= silence.since),
  );
  const silences = [...others, silence];
  return sameContent(silences, row.silences) ? row : { ...row, silences };
}

/** @returns the same object where there was none of this id */
export function withoutSilence(row: ContactRow, id: string): ContactRow {
  const left = row.silences?.filter((silence) => silence.id !== id) ?? [];
  if (left.length === (row.silences?.length ?? 0)) return row;
  const { silences: _before, ...rest } = row;
  return left.length === 0 ? rest : { ...rest, silences: left };
}

/** Why nothing may go to this address any more, whatever it is; undefined where something may. */
export function blockOf(row: AddressRow): { reason: BlockReason | 'stop'; at: Instant } | undefined {
  for (const reason of blockReasons) {
    const at = row.blocks[reason];
    if (at !== undefined) return { reason, at };
  }
  const { stop, start } = row.said;
  return stop !== undefined && stop >= (start ?? stop) ? { reason: 'stop', at: stop } : undefined;
}

/**
 * The customer's address on a channel as last stated; a webhook's is the customer. What is about an order goes to the
 * address given with it: several people can share a phone, and so a file.
 */
export function addressOf(file: CustomerFile, channel: Channel, order?: Pick<Order, 'statements'>): string | undefined {
  if (channel === 'webhook') return file.id;
  const field = channel === 'sms' ? 'phone' : 'email';
  const stated = (order?.statements[field] ?? file.statements[field])?.value;
  if (stated === undefined) return undefined;
  if (channel === 'email') return normaliseEmail(String(stated));
  return isE164(String(stated)) ? String(stated) : undefined;
}

/** The latest word on a channel and address by its own time, at a tie the stricter (DOMAIN 2). */
export function consentOf(
  file: CustomerFile,
  channel: Channel,
  address: string,
  rows: { readonly contact: Pick<ContactRow, 'denied'>; readonly address: Pick<AddressRow, 'said'> },
): Consent {
  const words = statedConsents(file, channel, address);
  for (const [word, at] of Object.entries(rows.address.said)) {
    words.push({ state: word === 'start' ? 'granted' : 'denied', at, source: word });
  }
  const denied = rows.contact.denied[channel];
  if (denied !== undefined) words.push({ state: 'denied', at: denied, source: 'unsubscribed' });
  return latestConsent(words) ?? { state: 'unknown' };
}

type StatedConsent = Required<Consent> & { readonly state: 'granted' | 'denied' };

/** What orders and updates say of an address on a channel, as far as the file keeps it. */
function statedConsents({ statements }: CustomerFile, channel: Channel, address: string): StatedConsent[] {
  return consentFieldsOf(channel, address).flatMap((field) => {
    const stated = statements[field];
    return stated ? [{ state: stated.value === true ? 'granted' : 'denied', at: stated.at, source: stated.ref }] : [];
  });
}

function latestConsent(words: readonly StatedConsent[]): StatedConsent | undefined {
  return words.reduce<StatedConsent | undefined>(
    (best, word) => (!best || word.at > best.at || (word.at === best.at && word.state === 'denied') ? word : best),
    undefined,
  );
}

/** The consent as the file alone states it, without what the address itself said. */
export function statedConsentOf(file: CustomerFile, channel: Channel, address: string): Consent {
  return latestConsent(statedConsents(file, channel, address)) ?? { state: 'unknown' };
}

/** Something that lets only transactional messages through while it lasts (DOMAIN 3). */
export interface Silence {
  readonly kind: 'refund' | KeptSilence['kind'];
  readonly since: Instant;
}

/** Where a customer stands on one channel, read from the live record right before sending. */
export interface Standing {
  readonly stage: Stage;
  /** Zone of the customer's wall clock. */
  readonly zone: string;
  readonly address?: {
    readonly value: string;
    readonly key: string;
    readonly consent: Consent;
    readonly block?: { readonly reason: string; readonly at: Instant };
    readonly claims: readonly AddressClaim[];
  };
  readonly recent: readonly RecentContact[];
  readonly silences: readonly Silence[];
}

export interface LiveRecord {
  readonly file: CustomerFile;
  /** Of the customer and of those merged into them. */
  readonly contacts: readonly ContactRow[];
  readonly address?: { readonly value: string; readonly row: AddressRow };
  /** Zone of the shop that speaks, for customers whose own is not known. */
  readonly shopZone: string;
}

/** @param now the moment of sending; stage and silences are those of this moment */
export function standingOf(record: LiveRecord, channel: Channel, settings: Settings, now: Instant): Standing {
  const { file, contacts, address } = record;
  const denied = latestDenial(contacts, channel);
  const block = address && blockOf(address.row);
  return {
    stage: stageAt(purchasesOf(file), now, settings.stages, settings.timezone),
    zone: zoneOf(file, record.shopZone),
    ...(address && {
      address: {
        value: address.value,
        key: address.row.key,
        consent: consentOf(file, channel, address.value, { contact: { denied }, address: address.row }),
        ...(block && { block }),
        claims: address.row.claims,
      },
    }),
    recent: contacts.flatMap(({ customer, recent }) => recent.map((place) => ({ customer, ...place }))),
    silences: [...openRefunds(file, now), ...keptSilences(contacts, now)],
  };
}

/** When the customer last denied the channel altogether, under whichever id. */
export function latestDenial(contacts: readonly ContactRow[], channel: Channel): ContactRow['denied'] {
  const times = contacts.flatMap(({ denied }) => denied[channel] ?? []);
  return times.length === 0 ? {} : { [channel]: Math.max(...times) };
}

/** The customer's own zone, else their region's, else the shop's (DOMAIN 2). */
export function zoneOf(file: CustomerFile, shopZone: string): string {
  const stated: Record<string, string> = {};
  for (const field of ['timezone', 'country', 'province', 'city']) {
    const value = file.statements[field]?.value;
    if (value !== undefined) stated[field] = String(value);
  }
  return localTimeZone(stated, shopZone);
}

function openRefunds(file: CustomerFile, now: Instant): Silence[] {
  return [...file.orders.values()].flatMap(({ refundOpenSince: since }) =>
    since !== undefined && since <= now ? [{ kind: 'refund' as const, since }] : [],
  );
}

/** Under whichever id of the customer they were kept: of two the stricter one counts. */
function keptSilences(contacts: readonly ContactRow[], now: Instant): Silence[] {
  const lasting = contacts
    .flatMap(({ silences = [] }) => silences)
    .filter(({ since, over }) => since <= now && (!over || now < since + silentForMs));
  return lasting.map(({ kind, since }) => ({ kind, since }));
}
