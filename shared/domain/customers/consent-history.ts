import type { Instant } from '../calendar.ts';
import type { AddressRow, ConsentState, ContactRow } from '../contact-policy/standing.ts';
import { compareText, type Order, orderRef } from '../orders/order.ts';
import { type CustomerFile, updateRef } from './customer-file.ts';
import { type Spoken, wordsOf } from './earlier-words.ts';
import { consentAbout, consentSourceField, isConsent } from './statements.ts';

/** One word on a consent that is known, whether or not it is the one that counts. */
export interface ConsentWord {
  readonly at: Instant;
  readonly channel: string;
  /** Absent where it is about every address of the channel. */
  readonly address?: string;
  readonly state: Exclude<ConsentState, 'unknown'> | 'blocked';
  /** An order's key, `update#...`, where it was said by hand, a word of the address itself, or why it was barred. */
  readonly source: string;
}

/** What consent is gathered from. */
export interface ConsentSources {
  readonly file: CustomerFile;
  readonly orders: readonly Order[];
  /** Rows of the addresses stated, each with its channel and the address in clear. */
  readonly addresses: readonly { readonly channel: string; readonly address: string; readonly row: AddressRow }[];
  readonly contacts: readonly ContactRow[];
}

/** Every word on consent, oldest first, each once: of orders, of updates, of the addresses and of unsubscribe links. */
export function consentHistory({ file, orders, addresses, contacts }: ConsentSources): ConsentWord[] {
  const words = [
    ...Object.values(Object.groupBy(Object.entries(file.statements), ([, { ref }]) => ref)).flatMap((some = []) =>
      wordsIn({ statements: Object.fromEntries(some) }, some[0]?.[1].ref ?? ''),
    ),
    ...Object.entries(file.updates).flatMap(([key, update]) => wordsIn(update, updateRef(key))),
    ...orders.flatMap(({ shop, id, statements }) => wordsIn({ statements }, orderRef(shop, id))),
    ...addresses.flatMap(wordsOfAddress),
    ...contacts.flatMap(({ denied }) =>
      Object.entries(denied).map(
        ([channel, at]): ConsentWord => ({ at, channel, state: 'denied', source: 'unsubscribed' }),
      ),
    ),
  ];
  const unique = new Map(words.map((word) => [nameOf(word), word]));
  return [...unique.values()].sort((a, b) => a.at - b.at || compareText(nameOf(a), nameOf(b)));
}

function nameOf({ at, channel, address = '', state, source }: ConsentWord): string {
  return [at, channel, address, state, source].join(' ');
}

/** A word written down by hand names where it was said at the same time. */
function wordsIn(spoken: Spoken, source: string): ConsentWord[] {
  const words = wordsOf(spoken);
  const byHand = new Map(words.map(([field, value, at]) => [`${at} ${field}`, String(value)]));
  return words.flatMap(([field, value, at]) => {
    const about = isConsent(field) ? consentAbout(field) : undefined;
    if (!about) return [];
    const { channel, address } = about;
    const where = byHand.get(`${at} ${consentSourceField(channel, address)}`) ?? source;
    const state = value === true ? 'granted' : 'denied';
    return [{ at, channel, ...(address !== '' && { address }), state, source: where }];
  });
}

function wordsOfAddress({
  channel,
  address,
  row: { said, blocks },
}: ConsentSources['addresses'][number]): ConsentWord[] {
  const own = Object.entries(said).map(
    ([word, at]): ConsentWord => ({
      at,
      channel,
      address,
      state: word === 'start' ? 'granted' : 'denied',
      source: word,
    }),
  );
  const barred = Object.entries(blocks).map(
    ([reason, at]): ConsentWord => ({ at, channel, address, state: 'blocked', source: reason }),
  );
  return [...own, ...barred];
}
