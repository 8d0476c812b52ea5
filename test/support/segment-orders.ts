import { identityKey } from '../../shared/domain/customers/identity.ts';
import { consentField, type Statement } from '../../shared/domain/customers/statements.ts';
import type { Order, Refund } from '../../shared/domain/orders/order.ts';
import { joinRegisters } from '../../shared/domain/register.ts';
import { recordOrder } from '../../shared/usecases/orders/record-order.ts';
import { type ApiUnderTest, testKeys } from './crm-api.ts';

/** One paid order of a person, as a test tells it. */
export interface Sale {
  readonly buyer: string;
  /** `2016-01-02`: paid at noon in Shanghai. */
  readonly on: string;
  /** In minor units. */
  readonly total: number;
  readonly products?: readonly string[];
  readonly shop?: string;
  /** False: ordered and never paid. */
  readonly paid?: boolean;
  /** Minor units paid back of everything, or of one product with its pieces. */
  readonly refund?: { readonly amount: number; readonly product?: string; readonly quantity?: number };
  readonly says?: Readonly<Record<string, Statement>>;
}

let sales = 0;

/** Takes a sale in as the webhook does. */
export async function recordSale(api: ApiUnderTest, sale: Sale): Promise<void> {
  const settings = await api.deps.settings.settings(api.time);
  const deps = { store: api.store, clock: { now: () => api.time }, pause: async () => undefined, random: () => 0 };
  const { type } = await recordOrder(orderOf(sale, `o${++sales}`), 'Asia/Shanghai', settings, deps);
  if (type !== 'recorded') throw new Error(`the sale was ${type}`);
}

/** The customer this person has become. */
export async function customerOf(api: ApiUnderTest, buyer: string, shop = 'east'): Promise<string> {
  const { json } = await api.call('GET', `/v1/customers?shop=${shop}&buyer=${encodeURIComponent(buyer)}`);
  return String(json.items[0].id);
}

function orderOf(sale: Sale, id: string): Order {
  const { buyer, on, total, products = [], shop = 'east', paid = true, refund, says = {} } = sale;
  const at = Date.parse(`${on}T04:00:00Z`);
  const each = products.length === 0 ? 0 : Math.floor(total / products.length);
  const description = joinRegisters(undefined, {
    at,
    value: {
      currency: 'CNY',
      total,
      items: products.map((productId) => ({ productId, title: productId, quantity: 1, price: each })),
      buyer: { id: buyer },
    },
  });
  const { phone, email } = says;
  const key = (kind: 'buyer' | 'phone' | 'email', value: string) => identityKey({ kind, value }, testKeys.identityHash);
  return {
    shop,
    id,
    milestones: { createdAt: at, ...(paid && { paidAt: at }) },
    refunds: refund ? [{ at, value: refundOf(refund, at) }] : [],
    ...(description && { description }),
    tracking: [],
    identities: [
      key('buyer', `${shop}#${buyer}`),
      ...(phone === undefined ? [] : [key('phone', String(phone))]),
      ...(email === undefined ? [] : [key('email', String(email))]),
    ].sort(),
    statements: Object.fromEntries(Object.entries(says).map(([field, value]) => [field, { value, at }])),
    statedAt: at,
  };
}

function refundOf({ amount, product, quantity = 1 }: NonNullable<Sale['refund']>, at: number): Refund {
  const items = product === undefined ? {} : { items: [{ productId: product, quantity, amount }] };
  return { id: 'r1', amount, at: at + 3_600_000, status: 'success', ...items };
}

/** Says yes to a channel. */
export function agreeing(channel: 'sms' | 'email', address: string): Record<string, Statement> {
  return { [channel === 'sms' ? 'phone' : 'email']: address, [consentField(channel, address)]: true };
}
