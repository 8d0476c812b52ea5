import type { Instant } from '../../domain/calendar.ts';
import {
  type AddressRow,
  addressOf,
  blockOf,
  type ContactRow,
  consentOf,
  type LiveRecord,
  latestDenial,
  silentForMs,
  withDenial,
  withoutSilence,
  withSilence,
  withWord,
} from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import { type Locale, locales } from '../../domain/messages/template.ts';
import { reacted, type Touch } from '../../domain/touches/touch.ts';
import { changeCustomer } from '../customers/change-customer.ts';
import type { RecordingDeps } from '../orders/record-order.ts';
import type { SettingsReader, Versioned } from '../ports.ts';
import { retried } from '../retried.ts';
import type { TouchStore } from './messaging-ports.ts';
import { addressKeyOf } from './plan-touches.ts';
import type { LinkedMessage } from './read-linked-message.ts';

export interface PreferenceDeps extends RecordingDeps {
  readonly touches: TouchStore;
  readonly settings: SettingsReader;
  readonly identityHash: (text: string) => string;
}

/** Channels that a person knows as such; a webhook is whatever stands behind it. */
const asked = ['email', 'sms'] as const;
type AskedChannel = (typeof asked)[number];

/** What a customer wants of us, as of now. */
export interface Preferences {
  /** Those they have an address for. */
  readonly channels: readonly {
    readonly channel: AskedChannel;
    /** More than transactional messages may come. */
    readonly isOn: boolean;
    /** The address takes nothing, whatever they want: it bounced, or complained. */
    readonly isBarred: boolean;
  }[];
  readonly isPaused: boolean;
  readonly locale?: Locale;
}

export interface WantedPreferences {
  readonly channels: readonly string[];
  readonly isPaused: boolean;
  readonly locale?: string;
}

/** Id of the one silence a customer asks for themselves. */
const pauseId = 'pause';

interface Rows {
  readonly contacts: readonly Versioned<ContactRow>[];
  readonly own: Versioned<ContactRow>;
  readonly addresses: readonly {
    readonly channel: AskedChannel;
    readonly value: string;
    readonly row: Versioned<AddressRow>;
  }[];
}

export async function readPreferences(
  { file }: LinkedMessage,
  now: Instant,
  deps: PreferenceDeps,
): Promise<Preferences> {
  return preferencesOf(file, await rowsOf(file, deps), now);
}

/**
 * Keeps what the customer has just said of their messages: a channel they leave out is denied, one they tick is granted,
 * each as of now; a pause lasts 30 days. The language becomes a statement like any other.
 * @returns what holds now
 * @throws ConflictError after lost tries
 */
export async function savePreferences(
  message: LinkedMessage,
  wanted: WantedPreferences,
  now: Instant,
  deps: PreferenceDeps,
): Promise<Preferences> {
  const locale = locales.find((one) => one === wanted.locale);
  if (locale && message.file.statements.locale?.value !== locale) {
    const settings = await deps.settings.settings(now);
    await changeCustomer(message.file.id, () => ({ statements: { locale }, outcome: undefined }), settings, deps);
  }
  const saved = await retried(async () => {
    const rows = await rowsOf(message.file, deps);
    await deps.touches.commit(changesFor(message, rows, wanted, now));
    return preferencesOf(message.file, await rowsOf(message.file, deps), now);
  }, deps);
  return { ...saved, ...(locale && { locale }) };
}

function changesFor({ file, touch }: LinkedMessage, rows: Rows, wanted: WantedPreferences, now: Instant) {
  const before = preferencesOf(file, rows, now);
  let contact = rows.own.value;
  let answered: Touch = touch.value;
  const addresses: Versioned<AddressRow>[] = [];
  for (const { channel, isOn, isBarred } of before.channels) {
    const row = rows.addresses.find((one) => one.channel === channel)?.row;
    const isWanted = wanted.channels.includes(channel);
    if (!row || isBarred || (isWanted && isOn)) continue;
    addresses.push({ ...row, value: withWord(row.value, isWanted ? 'start' : 'unsubscribed', now) });
    if (isWanted) continue;
    contact = withDenial(contact, channel, now);
    // Of its own channel it is what the message brought about.
    if (channel === answered.channel && isOn) answered = reacted(answered, 'unsubscribed', now);
  }
  if (wanted.isPaused !== before.isPaused) contact = withPause(contact, wanted.isPaused, now);
  return {
    addresses,
    contacts: [
      ...(contact === rows.own.value ? [] : [{ ...rows.own, value: contact }]),
      ...(wanted.isPaused ? [] : endedElsewhere(rows)),
    ],
    touches: answered === touch.value ? [] : [{ ...touch, value: answered }],
  };
}

function withPause(row: ContactRow, isPaused: boolean, now: Instant): ContactRow {
  return isPaused
    ? withSilence(row, { id: pauseId, kind: 'pause', since: now, over: true })
    : withoutSilence(row, pauseId);
}

/** A pause that was asked for under an id from before a merge ends with the others. */
function endedElsewhere({ contacts, own }: Rows): Versioned<ContactRow>[] {
  return contacts.flatMap((row) => {
    if (row === own) return [];
    const value = withoutSilence(row.value, pauseId);
    return value === row.value ? [] : [{ ...row, value }];
  });
}

function preferencesOf(file: CustomerFile, rows: Rows, now: Instant): Preferences {
  const contacts: LiveRecord['contacts'] = rows.contacts.map(({ value }) => value);
  const paused = contacts.flatMap(({ silences = [] }) => silences.filter(({ id }) => id === pauseId));
  const stated = file.statements.locale?.value;
  const locale = locales.find((one) => one === stated);
  return {
    channels: rows.addresses.map(({ channel, value, row }) => {
      const contact = { denied: latestDenial(contacts, channel) };
      const { state } = consentOf(file, channel, value, { contact, address: row.value });
      const isBarred = blockOf({ ...row.value, said: {} }) !== undefined;
      return { channel, isOn: state === 'granted' && blockOf(row.value) === undefined, isBarred };
    }),
    isPaused: paused.some(({ since }) => now < since + silentForMs),
    ...(locale && { locale }),
  };
}

async function rowsOf(file: CustomerFile, { touches, identityHash }: PreferenceDeps): Promise<Rows> {
  const known = asked.flatMap((channel) => {
    const value = addressOf(file, channel);
    return value === undefined ? [] : [{ channel, value, key: addressKeyOf(channel, value, identityHash) }];
  });
  const live = await touches.readLive({
    contacts: idsOf(file),
    addresses: known.map(({ key }) => key),
  });
  const contacts = [...live.contacts.values()];
  const own = contacts.find(({ value }) => value.customer === file.id);
  if (!own) throw new Error('a row is read for every one asked for');
  return {
    contacts,
    own,
    addresses: known.flatMap(({ channel, value, key }) => {
      const row = live.addresses.get(key);
      return row ? [{ channel, value, row }] : [];
    }),
  };
}
