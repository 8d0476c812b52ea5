import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withClaim, withoutClaim, withoutPlace, withPlace } from '../../../shared/domain/contact-policy/places.ts';
import { defaultPolicy } from '../../../shared/domain/contact-policy/policy.ts';
import {
  type AddressRow,
  addressOf,
  blockOf,
  consentOf,
  emptyAddressRow,
  emptyContactRow,
  type OwnWord,
  standingOf,
  statedConsentOf,
  withBlock,
  withDenial,
  withWord,
} from '../../../shared/domain/contact-policy/standing.ts';
import { contributionOf, withOrder, withUpdate } from '../../../shared/domain/customers/customer-file.ts';
import { consentField } from '../../../shared/domain/customers/statements.ts';
import { joinOrders, type Order, type RefundStatus } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { aFile, aTouch, day, emailKey, hour, noon, shanghai } from '../../support/touches.ts';

const ann = 'ann@example.com';
const row = (said: AddressRow['said'] = {}): AddressRow => ({ ...emptyAddressRow(emailKey(ann)), said });
const nobodyDenied = { denied: {} };

/** A file in which consent to mail was stated at these times. */
function stating(...words: [value: boolean, at: number][]) {
  return words.reduce(
    (file, [value, at], index) =>
      withUpdate(file, { identities: [`e:${index}`], statements: { [consentField('email', ann)]: { value, at } } }),
    aFile({ email: ann, consent: 'unknown' }),
  );
}

describe('consent', () => {
  const consent = (...[file, said, denied]: [ReturnType<typeof aFile>, AddressRow['said']?, number?]) =>
    consentOf(file, 'email', ann, {
      contact: { denied: denied === undefined ? {} : { email: denied } },
      address: row(said),
    });

  test('is unknown where nobody said anything', () => {
    expect(consent(stating())).toEqual({ state: 'unknown' });
  });

  test.each<[string, Parameters<typeof consent>, 'granted' | 'denied']>([
    ['what the shop says', [stating([true, noon])], 'granted'],
    ['the later of two words of shops', [stating([true, noon], [false, noon + 1])], 'denied'],
    ['the later of two words of shops, whichever came first', [stating([false, noon], [true, noon + 1])], 'granted'],
    ['the stricter of two at the same time', [stating([true, noon], [false, noon])], 'denied'],
    ['unsubscribing after a yes', [stating([true, noon]), { unsubscribed: noon + 1 }], 'denied'],
    ['unsubscribing at the moment of a yes', [stating([true, noon]), { unsubscribed: noon }], 'denied'],
    ['a yes after unsubscribing', [stating([true, noon + 1]), { unsubscribed: noon }], 'granted'],
    ['a START after unsubscribing', [stating(), { unsubscribed: noon, start: noon + 1 }], 'granted'],
    ['unsubscribing after a START', [stating(), { unsubscribed: noon + 1, start: noon }], 'denied'],
    ['the channel denied from another address', [stating([true, noon]), {}, noon + 1], 'denied'],
    ['a yes after the channel was denied', [stating([true, noon + 2]), {}, noon + 1], 'granted'],
    ['a no after START', [stating([false, noon + 2]), { start: noon + 1 }], 'denied'],
  ])('%s counts', (_what, given, state) => {
    expect(consent(...given).state).toBe(state);
  });

  test('tells when it was said, and by whom', () => {
    expect(consent(stating([true, noon]), { unsubscribed: noon + 5 })).toEqual({
      state: 'denied',
      at: noon + 5,
      source: 'unsubscribed',
    });
  });

  test('counts for the address it was given for', () => {
    const file = { ...stating([true, noon]) };
    expect(consentOf(file, 'email', 'other@example.com', { contact: nobodyDenied, address: row() }).state).toBe(
      'unknown',
    );
    expect(consentOf(file, 'sms', ann, { contact: nobodyDenied, address: row() }).state).toBe('unknown');
  });

  test('said of no address counts for whichever there is, by its own time', () => {
    const saying = (value: boolean, at: number) =>
      withUpdate(stating([true, noon]), {
        identities: ['b:u1'],
        statements: { [consentField('email', '')]: { value, at } },
      });
    expect(consent(saying(false, noon + 1))).toMatchObject({ state: 'denied', at: noon + 1 });
    expect(consent(saying(false, noon)).state).toBe('denied');
    expect(consent(saying(false, noon - 1)).state).toBe('granted');
    expect(statedConsentOf(saying(false, noon + 1), 'email', ann).state).toBe('denied');
    expect(consentOf(saying(true, noon), 'sms', ann, { contact: nobodyDenied, address: row() }).state).toBe('unknown');
  });

  test('of a webhook is the customer’s', () => {
    expect(consentOf(aFile(), 'webhook', 'c1', { contact: nobodyDenied, address: row() }).state).toBe('granted');
  });
});

describe('what bars an address', () => {
  test('a bounce, a complaint, an erasure, each since its earliest', () => {
    for (const reason of ['bounce', 'complaint', 'erasure'] as const) {
      const barred = withBlock(withBlock(row(), reason, noon + 5), reason, noon);
      expect(blockOf(barred)).toEqual({ reason, at: noon });
      expect(withBlock(barred, reason, noon + 1)).toBe(barred);
    }
  });

  test('STOP, until START', () => {
    const stopped = withWord(row(), 'stop', noon);
    expect(blockOf(stopped)).toEqual({ reason: 'stop', at: noon });
    expect(blockOf(withWord(stopped, 'start', noon + 1))).toBeUndefined();
    expect(blockOf(withWord(stopped, 'start', noon))).toEqual({ reason: 'stop', at: noon });
    expect(blockOf(withWord(withWord(stopped, 'start', noon + 1), 'stop', noon + 2))).toEqual({
      reason: 'stop',
      at: noon + 2,
    });
  });

  test('a START does not undo a bounce', () => {
    expect(blockOf(withWord(withBlock(row(), 'bounce', noon), 'start', noon + 1))?.reason).toBe('bounce');
  });

  test('unsubscribing bars nothing, and does not take a STOP back', () => {
    expect(blockOf(withWord(row(), 'unsubscribed', noon))).toBeUndefined();
    expect(blockOf(withWord(withWord(row(), 'stop', noon), 'unsubscribed', noon + 1))?.reason).toBe('stop');
  });

  test('words in any order and repetition end in the same', () => {
    const words = fc.array(
      fc.tuple(fc.constantFrom<OwnWord>('stop', 'unsubscribed', 'start'), fc.integer({ min: noon, max: noon + 4 })),
      { maxLength: 6 },
    );
    const ended = (all: [OwnWord, number][]) => all.reduce((known, [word, at]) => withWord(known, word, at), row());
    fc.assert(
      fc.property(words, fc.infiniteStream(fc.nat()), (all, draws) => {
        const shuffled = [...all, ...all]
          .map((word): [number, [OwnWord, number]] => [draws.next().value ?? 0, word])
          .sort(([a], [b]) => a - b)
          .map(([, word]) => word);
        expect(ended(shuffled)).toEqual(ended(all));
      }),
    );
  });
});

test('a channel stays denied since the latest time it was', () => {
  const denied = withDenial(withDenial(emptyContactRow('c1'), 'email', noon), 'email', noon + 1);
  expect(denied.denied).toEqual({ email: noon + 1 });
  expect(withDenial(denied, 'email', noon)).toBe(denied);
});

describe('an address', () => {
  test('is the one last stated, written as everywhere', () => {
    const file = aFile({ email: ' Ann@Example.com ', phone: '+8613800138000' });
    expect([addressOf(file, 'email'), addressOf(file, 'sms'), addressOf(file, 'webhook')]).toEqual([
      'ann@example.com',
      '+8613800138000',
      'c1',
    ]);
  });

  test('that is masked or none is none', () => {
    const file = aFile({ email: 'a***@example.com', phone: '138****8000' });
    expect([addressOf(file, 'email'), addressOf(file, 'sms')]).toEqual([undefined, undefined]);
    expect(addressOf(aFile(), 'email')).toBeUndefined();
  });
});

const created = noon - 3 * day;
function anOrder(refund?: { status: RefundStatus; at: number; statedAt: number }, cancelledAt?: number): Order {
  return {
    shop: 'north',
    id: '1',
    milestones: { createdAt: created, paidAt: created, ...(cancelledAt !== undefined && { cancelledAt }) },
    refunds: refund
      ? [{ value: { id: 'r1', amount: 500, at: refund.at, status: refund.status }, at: refund.statedAt }]
      : [],
    description: { value: { currency: 'CNY', total: 1000, items: [] }, at: created },
    tracking: [],
    identities: [],
    statements: {},
    statedAt: created,
  };
}

describe('silence', () => {
  const silences = (order: Order, now = noon) =>
    standingOf(
      { file: withOrder(aFile(), contributionOf(order, shanghai)), contacts: [], shopZone: shanghai },
      'email',
      defaultSettings,
      now,
    ).silences;
  const asked = { status: 'requested' as const, at: noon - day, statedAt: noon - day };

  test('lasts while a refund is asked for', () => {
    expect(silences(anOrder())).toEqual([]);
    expect(silences(anOrder(asked))).toEqual([{ kind: 'refund', since: noon - day }]);
    expect(silences(anOrder({ ...asked, at: noon - 60 * day }))).toEqual([{ kind: 'refund', since: noon - 60 * day }]);
  });

  test.each(['success', 'refused'] as const)('ends when it is decided: %s', (status) => {
    const decided = joinOrders(anOrder(asked), anOrder({ ...asked, status, statedAt: noon - hour }));
    expect(silences(decided)).toEqual([]);
  });

  test('does not begin before it was asked for', () => {
    expect(silences(anOrder({ ...asked, at: noon + 1 }))).toEqual([]);
  });
});

describe('the standing of a customer', () => {
  const place = (touch: string) => ({
    touch,
    contact: touch,
    channel: 'email' as const,
    class: 'care' as const,
    at: noon,
  });

  test('counts what went to those merged into them', () => {
    const standing = standingOf(
      {
        file: aFile({ id: 'c1', aliases: ['c2'], email: ann }),
        contacts: [
          { ...emptyContactRow('c1'), recent: [place('a')] },
          { ...emptyContactRow('c2'), recent: [place('a'), place('b')], denied: { email: noon } },
        ],
        address: { value: ann, row: row() },
        shopZone: shanghai,
      },
      'email',
      defaultSettings,
      noon,
    );
    expect(standing.recent.map(({ customer, touch }) => `${customer} ${touch}`)).toEqual(['c1 a', 'c2 a', 'c2 b']);
    expect(standing.address?.consent).toEqual({ state: 'denied', at: noon, source: 'unsubscribed' });
  });

  test('takes the latest of several denials', () => {
    const denials = [noon, noon + 2, noon + 1].map((at, index) => ({
      ...emptyContactRow(`c${index}`),
      denied: { email: at },
    }));
    const { address } = standingOf(
      { file: aFile({ email: ann }), contacts: denials, address: { value: ann, row: row() }, shopZone: shanghai },
      'email',
      defaultSettings,
      noon + 3,
    );
    expect(address?.consent.at).toBe(noon + 2);
  });

  test('has the customer’s own zone, else that of the region, else the shop’s', () => {
    const zone = (statements: Record<string, string>) =>
      standingOf({ file: aFile({ statements }), contacts: [], shopZone: 'Europe/Paris' }, 'sms', defaultSettings, noon)
        .zone;
    expect(zone({ timezone: 'America/Lima', country: 'JP' })).toBe('America/Lima');
    expect(zone({ country: 'JP' })).toBe('Asia/Tokyo');
    expect(zone({ timezone: 'Mars/Olympus' })).toBe('Europe/Paris');
  });
});

describe('places and claims', () => {
  const taken = (customer: string, touch: string, at = noon) => ({
    touch,
    customer,
    contact: 'x',
    channel: 'email' as const,
    class: 'care' as const,
    at,
  });

  test('a place of a touch planned for somebody merged is told from one of the same id', () => {
    const own = withPlace(emptyContactRow('c1'), taken('c1', 't'), defaultPolicy, noon);
    const both = withPlace(own, taken('c2', 't', noon + 1), defaultPolicy, noon + 1);
    expect(both.recent.length).toBe(2);
    expect(both.recent[0]).not.toHaveProperty('customer');
    const without = withoutPlace(both, { customer: 'c2', id: 't' });
    expect(without).toEqual(own);
    expect(withoutPlace(without, { customer: 'c2', id: 't' })).toBe(without);
    expect(withoutPlace(without, { customer: 'c1', id: 't' }).recent).toEqual([]);
  });

  test('a second claim of the same touch takes the place of the first', () => {
    const twice = withPlace(
      withPlace(emptyContactRow('c1'), taken('c1', 't'), defaultPolicy, noon),
      taken('c1', 't', noon + hour),
      defaultPolicy,
      noon + hour,
    );
    expect(twice.recent.map(({ at }) => at)).toEqual([noon + hour]);
  });

  test('what no window reaches any more is dropped when a place is taken', () => {
    const old = withPlace(emptyContactRow('c1'), taken('c1', 'old'), defaultPolicy, noon);
    const later = noon + 90 * day;
    expect(withPlace(old, taken('c1', 'new', later), defaultPolicy, later).recent.map(({ touch }) => touch)).toEqual([
      'new',
    ]);
  });

  test('an address keeps what went to it for ninety days, the forty latest', () => {
    const touches = Array.from({ length: 60 }, (_, index) => aTouch({ occurrence: `n${index}` }));
    const full = touches.reduce((known, touch, index) => withClaim(known, touch, noon + index), row());
    expect(full.claims.length).toBe(40);
    expect(full.claims.at(-1)).toMatchObject({ touch: touches[59]?.id, customer: 'c1', at: noon + 59 });
    expect(withClaim(full, aTouch(), noon + 91 * day).claims.length).toBe(1);
    const [first] = full.claims;
    const freed = withoutClaim(full, { customer: first?.customer ?? '', id: first?.touch ?? '' });
    expect(freed.claims.length).toBe(39);
    expect(withoutClaim(freed, { customer: 'c1', id: 'none' })).toBe(freed);
  });
});
