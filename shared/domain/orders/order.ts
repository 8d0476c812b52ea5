import type { Instant } from '../calendar.ts';
import { canonicalJson } from '../canonical.ts';
import { joinStatements, type Statements } from '../customers/statements.ts';
import { joinRegisters, laterOf, type Register } from '../register.ts';

/** DOMAIN 1. The first known time of each is kept. */
export const milestoneNames = [
  'createdAt',
  'paidAt',
  'shippedAt',
  'deliveredAt',
  'completedAt',
  'cancelledAt',
] as const;
export type MilestoneName = (typeof milestoneNames)[number];
export type Milestones = { readonly [Name in MilestoneName]?: Instant };

export interface OrderItem {
  readonly productId: string;
  readonly sku?: string;
  readonly title: string;
  readonly category?: string;
  readonly quantity: number;
  /** Price of one, in minor units of the order's currency. */
  readonly price: number;
}

export type RefundStatus = 'requested' | 'success' | 'refused';

export interface Refund {
  readonly id: string;
  /** Minor units of the order's currency. */
  readonly amount: number;
  readonly at: Instant;
  readonly status: RefundStatus;
  readonly reason?: string;
  /** Which lines; none given: shared out by line amounts. */
  readonly items?: readonly { readonly productId: string; readonly quantity: number; readonly amount: number }[];
}

export interface TrackingNode {
  readonly code: string;
  readonly at: Instant;
}

export interface BuyerAsStated {
  readonly id?: string;
  readonly email?: string;
  readonly phone?: string;
  readonly name?: string;
}

/** Cash on delivery to be collected, a bank transfer to arrive, an authorised card to be charged, a deposit's balance. */
export type AwaitedPayment = 'collection' | 'transfer' | 'capture' | 'balance';

/** What one snapshot says of an order beside its milestones; taken as a whole from the newest snapshot. */
export interface OrderDescription {
  readonly currency: string;
  readonly total: number;
  readonly discount?: number;
  readonly shipping?: number;
  readonly test?: boolean;
  readonly paymentMethod?: string;
  /** What is still to come while it is not paid; such orders get no payment reminder (DOMAIN 1). */
  readonly awaits?: AwaitedPayment;
  readonly items: readonly OrderItem[];
  readonly coupons?: readonly string[];
  readonly promotions?: readonly string[];
  readonly carrier?: { readonly name?: string; readonly number?: string; readonly url?: string };
  readonly buyer?: BuyerAsStated;
  readonly address?: { readonly country?: string; readonly province?: string; readonly city?: string };
  readonly channel?: string;
  readonly source?: string;
}

/** What is known of a payment beside its own time, which not every platform tells with the order. */
export interface PaymentHints {
  /** Earliest time at which it may have been paid, where only that it is paid has been told. */
  readonly guess?: Instant;
  /** Latest snapshot that said it was not paid yet. */
  readonly unpaidUntil?: Instant;
}

/**
 * The state of one order: everything its webhooks have said so far, in any order. A single webhook is such a state too;
 * recording it is joining the two.
 */
export interface Order {
  readonly shop: string;
  readonly id: string;
  readonly milestones: Milestones;
  readonly payment?: PaymentHints;
  /** Sorted by id; each as stated by the newest snapshot that names it. */
  readonly refunds: readonly Register<Refund>[];
  /** Absent while only parts have arrived. */
  readonly description?: Register<OrderDescription>;
  /** A set, sorted by time and code. */
  readonly tracking: readonly TrackingNode[];
  /** Keyed hashes of every identity ever seen on it, sorted. */
  readonly identities: readonly string[];
  /** What its webhooks said of the buyer. */
  readonly statements: Statements;
  /**
   * When the buyer said so: the latest creation time claimed, 0 while none is. Only ever grows, so that joining customers
   * is exact.
   */
  readonly statedAt: Instant;
}

/** `shop#order`: the key of an order. Shop ids hold no `#`. */
export function orderRef(shop: string, id: string): string {
  return `${shop}#${id}`;
}

/** The shop of an order by its key. */
export function shopOfRef(ref: string): string {
  return ref.slice(0, ref.indexOf('#'));
}

/** An order's key taken apart. */
export function partsOfRef(ref: string): { readonly shop: string; readonly id: string } {
  const shop = shopOfRef(ref);
  return { shop, id: ref.slice(shop.length + 1) };
}

/**
 * Joins two states of one order: commutative, associative and idempotent (DOMAIN 1, "Merging is a join"). Milestones
 * keep the earliest known time, refunds and tracking are sets, the description is the newest snapshot's.
 */
export function joinOrders(a: Order, b: Order): Order {
  const description = joinRegisters(a.description, b.description);
  const payment = joinPayments(a.payment, b.payment);
  return {
    shop: a.shop,
    id: a.id,
    milestones: joinMilestones(a.milestones, b.milestones),
    ...(payment && { payment }),
    refunds: joinRefunds(a.refunds, b.refunds),
    ...(description && { description }),
    tracking: joinTracking(a.tracking, b.tracking),
    identities: [...new Set([...a.identities, ...b.identities])].sort(),
    statements: joinStatements(a.statements, b.statements),
    statedAt: Math.max(a.statedAt, b.statedAt),
  };
}

function joinMilestones(a: Milestones, b: Milestones): Milestones {
  const joined: { -readonly [Name in MilestoneName]?: Instant } = {};
  for (const name of milestoneNames) {
    const [x, y] = [a[name], b[name]];
    const earliest = x === undefined ? y : y === undefined ? x : Math.min(x, y);
    if (earliest !== undefined) joined[name] = earliest;
  }
  return joined;
}

function joinPayments(a: PaymentHints | undefined, b: PaymentHints | undefined): PaymentHints | undefined {
  if (!a || !b) return a ?? b;
  const guesses = [a.guess, b.guess].filter((at) => at !== undefined);
  const unpaid = [a.unpaidUntil, b.unpaidUntil].filter((at) => at !== undefined);
  return {
    ...(guesses.length > 0 && { guess: Math.min(...guesses) }),
    ...(unpaid.length > 0 && { unpaidUntil: Math.max(...unpaid) }),
  };
}

function joinRefunds(a: readonly Register<Refund>[], b: readonly Register<Refund>[]): Register<Refund>[] {
  const byId = new Map<string, Register<Refund>>();
  for (const refund of [...a, ...b]) {
    const known = byId.get(refund.value.id);
    byId.set(refund.value.id, known ? laterOf(known, refund) : refund);
  }
  return [...byId.values()].sort((x, y) => compareText(x.value.id, y.value.id));
}

function joinTracking(a: readonly TrackingNode[], b: readonly TrackingNode[]): TrackingNode[] {
  const set = new Map([...a, ...b].map((node) => [canonicalJson(node), node]));
  return [...set.values()].sort((x, y) => x.at - y.at || compareText(x.code, y.code));
}

/** Order by code units: the same on every machine, unlike a locale's. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
