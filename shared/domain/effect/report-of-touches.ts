import type { ReactionKind } from '../touches/touch.ts';
import { type Lift, liftOf } from './lift.ts';
import type { TouchBrief } from './touch-brief.ts';

export interface ArmReport {
  readonly customers: number;
  readonly buyers: number;
  /** Minor units of the base currency. */
  readonly revenue: number;
}

/**
 * What became of the messages of one campaign or journey. Counted from one pass over them, so that it adds up at every
 * moment: planned = sent + all of skipped + failed + unconfirmed + pending; the hold-out stands beside it (DOMAIN 10).
 */
export interface TouchReport {
  readonly planned: number;
  readonly sent: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly failed: number;
  readonly unconfirmed: number;
  readonly pending: number;
  /** Customers, as all that follows but reactions, which are messages. */
  readonly holdout: number;
  readonly reactions: Readonly<Partial<Record<ReactionKind, number>>>;
  readonly buyers: number;
  readonly orders: number;
  /** Minor units of the base currency. */
  readonly revenue: number;
  /** Taken off by the coupons that went with them. */
  readonly discount: number;
  /** What is left of the revenue after the cost of the goods; absent where that is not known of all of them. */
  readonly margin?: number;
  /** Of messages, in millionths of the base currency. */
  readonly cost: number;
  readonly parts: number;
  readonly arms: { readonly treated: ArmReport; readonly holdout: ArmReport };
  readonly lift: Lift;
}

/** One customer in one round: each round draws anew. */
interface Drawn {
  bought: boolean;
  boughtAmount: number;
  isHeldOut: boolean;
}

/** Gathers briefs one by one: a campaign of any size in memory of its customers only. */
export class TouchTally {
  #planned = 0;
  #sent = 0;
  #failed = 0;
  #unconfirmed = 0;
  #pending = 0;
  #revenue = 0;
  #orders = 0;
  #discount = 0;
  #margin: number | undefined = 0;
  #cost = 0;
  #parts = 0;
  readonly #skipped = new Map<string, number>();
  readonly #reactions = new Map<ReactionKind, number>();
  readonly #drawn = new Map<string, Drawn>();
  readonly #buyers = new Set<string>();

  add(customer: string, brief: TouchBrief): void {
    // Who could not be reached was not drawn, and is in neither arm.
    if (!brief.undrawn) this.#addCustomer(customer, brief);
    if (brief.state === 'heldout') return;
    this.#planned++;
    if (brief.state === 'sent') this.#sent++;
    else if (brief.state === 'failed') this.#failed++;
    else if (brief.state === 'unconfirmed') this.#unconfirmed++;
    else if (brief.state === 'pending') this.#pending++;
    else increase(this.#skipped, brief.reason ?? 'unknown');
    for (const kind of Object.keys(brief.reactions ?? {})) increase(this.#reactions, kind as ReactionKind);
    this.#cost += brief.cost ?? 0;
    this.#parts += brief.parts ?? 0;
    this.#addCredit(brief.credited);
  }

  #addCredit(credited: TouchBrief['credited']): void {
    if (!credited) return;
    this.#orders += credited.orders;
    this.#revenue += credited.amount;
    this.#discount += credited.discount;
    const isKnown = this.#margin !== undefined && credited.margin !== undefined;
    this.#margin = isKnown ? (this.#margin ?? 0) + (credited.margin ?? 0) : undefined;
  }

  #addCustomer(customer: string, { state, occurrence, credited, bought }: TouchBrief): void {
    const key = `${customer} ${occurrence}`;
    const known = this.#drawn.get(key) ?? { bought: false, boughtAmount: 0, isHeldOut: state === 'heldout' };
    // Two channels of one contact saw the same purchases.
    known.boughtAmount = Math.max(known.boughtAmount, bought?.amount ?? 0);
    known.bought ||= (bought?.orders ?? 0) > 0;
    this.#drawn.set(key, known);
    if (credited && credited.orders > 0) this.#buyers.add(customer);
  }

  report(): TouchReport {
    const drawn = [...this.#drawn.values()];
    const treated = armOf(drawn.filter(({ isHeldOut }) => !isHeldOut));
    const holdout = armOf(drawn.filter(({ isHeldOut }) => isHeldOut));
    return {
      planned: this.#planned,
      sent: this.#sent,
      skipped: Object.fromEntries([...this.#skipped].sort(([a], [b]) => (a < b ? -1 : 1))),
      failed: this.#failed,
      unconfirmed: this.#unconfirmed,
      pending: this.#pending,
      holdout: holdout.customers,
      reactions: Object.fromEntries(this.#reactions),
      buyers: this.#buyers.size,
      orders: this.#orders,
      revenue: this.#revenue,
      discount: this.#discount,
      ...(this.#margin !== undefined && { margin: this.#margin }),
      cost: this.#cost,
      parts: this.#parts,
      arms: { treated, holdout },
      lift: liftOf(treated, holdout),
    };
  }
}

function armOf(customers: readonly Drawn[]): ArmReport {
  return {
    customers: customers.length,
    buyers: customers.filter(({ bought }) => bought).length,
    revenue: customers.reduce((sum, { boughtAmount }) => sum + boughtAmount, 0),
  };
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
