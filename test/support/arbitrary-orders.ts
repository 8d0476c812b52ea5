import fc from 'fast-check';
import type { Update } from '../../shared/domain/customers/customer-file.ts';
import { consentField } from '../../shared/domain/customers/statements.ts';
import type { Order } from '../../shared/domain/orders/order.ts';

/** A small world, so that webhooks meet: two shops, few buyers, phones and addresses, few orders, few instants. */
const shop = fc.constantFrom('north', 'south');
const instant = fc.integer({ min: 1, max: 40 }).map((day) => Date.UTC(2026, 0, 1) + day * 43_200_000);
const buyer = fc.constantFrom('b1', 'b2', 'b3', 'b4', 'b5', 'b6');
const phone = fc.constantFrom('p:one', 'p:two');
const email = fc.constantFrom('e:one', 'e:two', 'e:three');

const statements = fc
  .record(
    {
      name: fc.constantFrom('Li', 'Wang', 'Chen'),
      [consentField('sms', '+8613800138000')]: fc.boolean(),
      [consentField('email', 'a@example.com')]: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((stated) => Object.entries(stated));

const refund = fc
  .record({
    id: fc.constantFrom('r1', 'r2'),
    amount: fc.integer({ min: 0, max: 1200 }),
    at: instant,
    status: fc.constantFrom('requested' as const, 'success' as const, 'refused' as const),
    productId: fc.constantFrom(undefined, 'x', '610000001'),
  })
  .map(({ productId, ...one }) => ({
    ...one,
    ...(productId !== undefined && { items: [{ productId, quantity: 1, amount: one.amount }] }),
  }));

const item = fc
  .record({
    productId: fc.constantFrom('x', '610000001', '007'),
    sku: fc.constantFrom(undefined, 'x-red', '610000001'),
    category: fc.constantFrom(undefined, 'Tea'),
    quantity: fc.integer({ min: 1, max: 3 }),
    price: fc.constantFrom(0, 5, 199),
  })
  .map(({ sku, category, ...one }) => ({
    ...one,
    title: one.productId,
    ...(sku !== undefined && { sku }),
    ...(category !== undefined && { category }),
  }));

/** One webhook as a state of its order: a whole snapshot or a part, with the identities it names. */
export const arbitraryWebhook: fc.Arbitrary<Order> = fc
  .record({
    shop,
    number: fc.integer({ min: 1, max: 8 }),
    updatedAt: instant,
    createdAt: instant,
    paidAt: fc.option(instant, { nil: undefined }),
    cancelledAt: fc.option(instant, { nil: undefined, freq: 6 }),
    shippedAt: fc.option(instant, { nil: undefined }),
    whole: fc.boolean(),
    total: fc.integer({ min: 0, max: 1000 }),
    items: fc.array(item, { maxLength: 3 }),
    coupons: fc.subarray(['SPRING', '20261111']),
    refunds: fc.array(refund, { maxLength: 2 }),
    buyer: fc.option(buyer, { nil: undefined }),
    phone: fc.option(phone, { nil: undefined }),
    email: fc.option(email, { nil: undefined, freq: 3 }),
    statements,
  })
  .map((hook): Order => {
    const identities = [hook.buyer && `b:${hook.shop}-${hook.buyer}`, hook.phone, hook.email].filter(
      (key): key is string => key !== undefined,
    );
    return {
      shop: hook.shop,
      id: String(hook.number),
      milestones: {
        createdAt: hook.createdAt,
        ...(hook.paidAt !== undefined && { paidAt: hook.paidAt }),
        ...(hook.cancelledAt !== undefined && { cancelledAt: hook.cancelledAt }),
        ...(hook.shippedAt !== undefined && { shippedAt: hook.shippedAt }),
      },
      refunds: dedupe(hook.refunds).map((value) => ({ value, at: hook.updatedAt })),
      ...(hook.whole && {
        description: {
          at: hook.updatedAt,
          value: { currency: 'CNY', total: hook.total, items: hook.items, coupons: hook.coupons },
        },
      }),
      tracking: [],
      identities: [...new Set(identities)].sort(),
      statements: Object.fromEntries(
        hook.statements.map(([field, value]) => [field, { value: value as string | boolean, at: hook.updatedAt }]),
      ),
      statedAt: hook.createdAt,
    };
  });

function dedupe<T extends { id: string }>(refunds: readonly T[]): T[] {
  return [...new Map(refunds.map((one) => [one.id, one])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Webhooks with a shuffled copy in which some come twice. */
export const arbitraryDelivery = fc.array(arbitraryWebhook, { minLength: 1, maxLength: 14 }).chain((hooks) =>
  fc
    .tuple(
      fc.shuffledSubarray(hooks, { minLength: hooks.length, maxLength: hooks.length }),
      fc.array(fc.nat(hooks.length - 1), { maxLength: 4 }),
    )
    .map(([shuffled, again]) => ({
      inOrder: hooks,
      shuffled: [...shuffled, ...again.map((index) => hooks[index] as Order)],
    })),
);

/** Something said of a customer outside orders, naming up to three identities. */
const arbitraryUpdate: fc.Arbitrary<Update> = fc
  .record({
    identities: fc.uniqueArray(
      fc.oneof(
        buyer.map((id) => `b:north-${id}`),
        phone,
        email,
      ),
      { minLength: 1, maxLength: 3 },
    ),
    at: instant,
    statements,
  })
  .map(({ identities, at, statements: stated }) => ({
    identities: identities.sort(),
    statements: Object.fromEntries(stated.map(([field, value]) => [field, { value: value as string | boolean, at }])),
  }));

/** Orders and updates, and the same shuffled. */
export const arbitraryMixedDelivery = fc
  .array(fc.oneof({ weight: 3, arbitrary: arbitraryWebhook }, { weight: 1, arbitrary: arbitraryUpdate }), {
    minLength: 1,
    maxLength: 12,
  })
  .chain((events) =>
    fc
      .shuffledSubarray(events, { minLength: events.length, maxLength: events.length })
      .map((shuffled) => ({ inOrder: events, shuffled })),
  );
