import fc from 'fast-check';
import type { BehaviourRow } from '../../shared/domain/behaviour/behaviour.ts';
import { dayOf } from '../../shared/domain/calendar.ts';
import { type AddressRow, emptyAddressRow, emptyContactRow } from '../../shared/domain/contact-policy/standing.ts';
import {
  type CustomerFile,
  emptyFile,
  withIdentities,
  withOrder,
  withUpdate,
} from '../../shared/domain/customers/customer-file.ts';
import { identityKey } from '../../shared/domain/customers/identity.ts';
import type { IdentityRow } from '../../shared/domain/customers/linking.ts';
import type { Statement } from '../../shared/domain/customers/statements.ts';
import type { RecordPurchase, RuleContext } from '../../shared/domain/segments/record.ts';
import type { Settings } from '../../shared/domain/settings/settings.ts';
import { claimed, reacted, sent, type Touch, unconfirmed } from '../../shared/domain/touches/touch.ts';
import type { NightlyLimits } from '../../shared/domain/value/nightly-limits.ts';
import { populationOf, sampleOf } from '../../shared/domain/value/rfm-population.ts';
import { rfmValuesAt } from '../../shared/domain/value/rfm-values.ts';
import { valuedPurchases } from '../../shared/domain/value/valued-purchase.ts';
import type { BehaviourStore } from '../../shared/usecases/behaviour/behaviour-ports.ts';
import type { TouchStore } from '../../shared/usecases/messages/messaging-ports.ts';
import type { CustomerStore } from '../../shared/usecases/ports.ts';
import { arbitraryPurchase } from './arbitrary-segments.ts';
import { aTouch, identityHash } from './touches.ts';

export interface AddressState {
  readonly address: string;
  readonly row: AddressRow;
}

/** Customers as they are put into the tables, with all that rules ask besides. */
export interface CustomerBase {
  readonly files: readonly CustomerFile[];
  readonly identities: readonly IdentityRow[];
  readonly addresses: readonly AddressState[];
  readonly denials: readonly { readonly customer: string; readonly on: 'sms' | 'email' }[];
  readonly touches: readonly Touch[];
  readonly behaviour: readonly BehaviourRow[];
}

/** One phone is a reseller's, that many files state; the other and the addresses belong to one customer each. */
const [ownPhone, resellersPhone] = ['+8613800138000', '+8613900139000'];
const owners: Readonly<Record<string, string>> = {
  [ownPhone]: 'c1',
  'ann@example.com': 'c2',
  'bob@example.com': 'c3',
};
const words = ['a', 'b', 'c', 'ab'];
const birthdays = ['2000-02-29', '2004-02-29', '1990-02-28', '1990-03-01', '1991-01-01'];

/** So many customers near a moment, made of the few words that rules of `arbitrary-segments` ask about. */
export function arbitraryBase(customers: number, context: RuleContext): fc.Arbitrary<CustomerBase> {
  const ids = Array.from({ length: customers }, (_, index) => `c${index + 1}`);
  return fc
    .record({
      files: fc.tuple(...ids.map((id) => arbitraryFile(id, context))),
      denials: fc.subarray([
        { customer: 'c1', on: 'sms' },
        { customer: 'c2', on: 'email' },
        { customer: 'c5', on: 'sms' },
      ] as const),
      touches: fc.array(arbitraryTouch(ids, context), { maxLength: customers }),
      behaviour: fc.tuple(...ids.map((id) => arbitraryBehaviour(id, context))),
    })
    .map(({ files, denials, touches, behaviour }) => ({
      behaviour,
      files: files.map(withOwnAddresses),
      identities: identityRows(),
      addresses: [{ address: 'bob@example.com', row: blocked('bob@example.com') }],
      denials,
      touches: [...new Map(touches.map((touch) => [touch.id, touch])).values()],
    }));
}

function arbitraryFile(id: string, context: RuleContext): fc.Arbitrary<CustomerFile> {
  const word = fc.option(fc.constantFrom(...words), { nil: undefined });
  const order = fc.record({
    shop: fc.constantFrom(...words),
    purchase: fc.option(arbitraryPurchase(context), { nil: undefined }),
    coupons: fc.subarray(words, { maxLength: 2 }),
  });
  const said = fc.record({
    gender: word,
    occupation: word,
    country: word,
    province: word,
    city: word,
    birthday: fc.option(fc.constantFrom(...birthdays), { nil: undefined }),
    credit: fc.option(fc.constantFrom<Statement>('a', 'ab', 0, 1, 2, true), { nil: undefined }),
    'attr.size': fc.option(fc.constantFrom<Statement>('a', 2, false), { nil: undefined }),
    'attr.since': fc.option(fc.constantFrom<Statement>('2027-02-28', '2027-02-30', 30), { nil: undefined }),
    'tag.a': fc.option(fc.boolean(), { nil: undefined }),
    'tag.ab': fc.option(fc.boolean(), { nil: undefined }),
    phone: fc.option(fc.constant(resellersPhone), { nil: undefined }),
    [`consent.sms:${resellersPhone}`]: fc.option(fc.boolean(), { nil: undefined }),
  });
  return fc.record({ orders: fc.array(order, { maxLength: 4 }), said }).map(({ orders, said }) => {
    let file = withIdentities(emptyFile(id), [`b:${id}`]);
    for (const [index, { shop, purchase, coupons }] of orders.entries()) {
      const statedAt = purchase?.paidAt ?? context.asOf - 86_400_000;
      const entry = { statedAt, ...(purchase && { purchase: { ...asBought(purchase, context), coupons } }) };
      file = withOrder(file, { ref: `${shop}#${id}-${index}`, entry, statements: {} });
    }
    return withSaid(file, said, context);
  });
}

function withSaid(
  file: CustomerFile,
  said: Readonly<Record<string, Statement | undefined>>,
  { asOf }: RuleContext,
): CustomerFile {
  const statements = Object.entries(said).flatMap(([field, value]) =>
    value === undefined ? [] : [[field, { value, at: asOf - 1000 }] as const],
  );
  if (statements.length === 0) return file;
  return withUpdate(file, { identities: [`b:${file.id}`], statements: Object.fromEntries(statements) });
}

/** Lines that hold these products, SKUs and categories between them. */
function asBought({ products, skus, categories, ...paid }: RecordPurchase, { baseCurrency: currency }: RuleContext) {
  const length = Math.max(products.length, skus.length, categories.length);
  const lines = Array.from({ length }, (_, index) => {
    const [sku, category] = [skus[index], categories[index]];
    return {
      product: products[index] ?? 'none',
      ...(sku !== undefined && { sku }),
      ...(category !== undefined && { category }),
      amount: 0,
    };
  });
  return { ...paid, currency, lines };
}

function withOwnAddresses(file: CustomerFile): CustomerFile {
  const own = Object.entries(owners).filter(([, owner]) => owner === file.id);
  return own.reduce((known, [address]) => {
    const [kind, field] = address.startsWith('+') ? (['phone', 'sms'] as const) : (['email', 'email'] as const);
    const key = identityKey({ kind, value: address }, identityHash);
    const said = { [kind]: { value: address, at: 2e12 }, [`consent.${field}:${address}`]: { value: true, at: 2e12 } };
    return withUpdate(withIdentities(known, [key]), { identities: [key], statements: said });
  }, file);
}

function identityRows(): IdentityRow[] {
  const own = Object.entries(owners).map(([value, customer]) => {
    const kind = value.startsWith('+') ? ('phone' as const) : ('email' as const);
    return { key: identityKey({ kind, value }, identityHash), customer, buyers: [] };
  });
  const key = identityKey({ kind: 'phone', value: resellersPhone }, identityHash);
  return [...own, { key, buyers: ['a b:1', 'a b:2', 'a b:3', 'a b:4'] }];
}

function blocked(email: string): AddressRow {
  const row = emptyAddressRow(identityKey({ kind: 'email', value: email }, identityHash));
  return { ...row, blocks: { bounce: 1 } };
}

function arbitraryTouch(ids: readonly string[], { asOf }: RuleContext): fc.Arbitrary<Touch> {
  const hoursAgo = fc.integer({ min: -5, max: 70 * 24 });
  return fc
    .record({
      customer: fc.constantFrom(...ids),
      occurrence: fc.string({ minLength: 8 }),
      at: hoursAgo.map((hours) => asOf - hours * 3_600_000),
      state: fc.constantFrom('planned', 'sent', 'unconfirmed'),
      reaction: fc.constantFrom(undefined, 'opened' as const, 'clicked' as const),
    })
    .map(({ customer, occurrence, at, state, reaction }) => {
      const touch = aTouch({ customer, occurrence }, at - 1000);
      if (state === 'planned') return touch;
      const claim = { at, until: at + 60_000, address: 'e:1', customer };
      const taken = claimed(touch, claim, { at, gates: [] });
      const out = state === 'sent' ? sent(taken, at) : unconfirmed(taken, 'timeout');
      return reaction ? reacted(out, reaction, at + 60_000) : out;
    });
}

function arbitraryBehaviour(customer: string, { asOf }: RuleContext): fc.Arbitrary<BehaviourRow> {
  const event = fc.record({
    type: fc.constantFrom('viewed', 'carted'),
    at: fc.integer({ min: 0, max: 89 * 24 }).map((hours) => asOf - hours * 3_600_000),
  });
  return fc
    .uniqueArray(event, { maxLength: 3, selector: ({ type, at }) => `${type} ${at}` })
    .map((events) => ({ customer, events: events.sort((a, b) => a.at - b.at) }));
}

/** Writes a base as it is, in no transaction. */
export async function storeBase(
  base: CustomerBase,
  store: CustomerStore,
  touches: TouchStore,
  behaviour: BehaviourStore,
): Promise<void> {
  for (const file of base.files) {
    await store.commit({ files: [{ value: { type: 'file', file }, version: 0 }], cause: file.id });
  }
  for (const value of base.identities) await store.commit({ identities: [{ value, version: 0 }], cause: value.key });
  for (const { row } of base.addresses) await touches.commit({ addresses: [{ value: row, version: 0 }] });
  for (const { customer, on } of base.denials) {
    const value = { ...emptyContactRow(customer), denied: { [on]: 3e12 } };
    await touches.commit({ contacts: [{ value, version: 0 }] });
  }
  for (const value of base.behaviour) await behaviour.saveBehaviour({ value, version: 0 }, 1);
  for (const value of base.touches) await touches.commit({ touches: [{ value, version: 0 }] });
}

/** What a night would have frozen: a population to be scored by, and a model of buying as published for CDNOW. */
export function frozenFor({ files }: CustomerBase, settings: Settings, asOf: number): NightlyLimits {
  const values = files.flatMap((file) => {
    const purchases = valuedPurchases(file.orders, settings);
    return rfmValuesAt(purchases, asOf, settings.rfm.windowDays, settings.timezone) ?? [];
  });
  const day = dayOf(asOf, settings.timezone);
  const { baseCurrency: currency } = settings;
  const frame = { version: 'n1', asOf: day, windowDays: settings.rfm.windowDays, currency };
  const rfmPopulation = populationOf(sampleOf(values), frame);
  const buying = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426, logLikelihood: -9582, firstYear: 1 };
  const spending = { p: 6.25, q: 3.74, v: 1544, logLikelihood: -4000, correlation: 0.1, mean: 3500 };
  return {
    run: 'n1',
    asOf,
    ...(rfmPopulation && { rfmPopulation }),
    pyramid: { keyFrom: 3000, majorFrom: 200 },
    predictions: {
      asOf: day,
      currency,
      buying: { type: 'fitted', ...buying },
      spending: { type: 'fitted', ...spending },
      averages: { customers: files.length, repeatBuyers: 1, purchases: 1 },
    },
  };
}
