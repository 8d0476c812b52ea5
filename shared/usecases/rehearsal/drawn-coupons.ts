import type { CouponLedger, Given, Giving } from '../coupons/coupon-ports.ts';

/** As long as codes are that are made: what a text message comes to depends on it. */
const codeToCome = '8'.repeat(12);

/**
 * A ledger for one customer of a rehearsal that only counts: what they were given before is read, nothing is written, and
 * a pool is never empty, for what is drawn from it in all is the question.
 */
export class DrawnCoupons implements Pick<CouponLedger, 'giveCode' | 'drawCode' | 'readGiven'> {
  readonly #given = new Map<string, Giving>();
  readonly #ledger: Pick<CouponLedger, 'readGiven'>;

  constructor(ledger: Pick<CouponLedger, 'readGiven'>) {
    this.#ledger = ledger;
  }

  /** Ids of those drawn, each as often as it was. */
  get coupons(): string[] {
    return [...this.#given.values()].map(({ coupon }) => coupon);
  }

  async giveCode(giving: Giving): Promise<Given> {
    const { coupon, customer, cause, at, expiresAt, limit } = giving;
    const { issued, count } = await this.readGiven(coupon, [customer], cause);
    if (issued) return { type: 'issued', coupon: issued };
    if (count >= limit) return { type: 'refused', reason: 'coupon_limit' };
    this.#given.set(nameOf(giving), giving);
    const expiry = expiresAt === undefined ? {} : { expiresAt };
    return { type: 'issued', coupon: { coupon, code: codeToCome, customer, cause, at, ...expiry } };
  }

  drawCode(giving: Giving): Promise<Given> {
    return this.giveCode(giving);
  }

  async readGiven(coupon: string, customers: readonly string[], cause: string) {
    const before = await this.#ledger.readGiven(coupon, customers, cause);
    const own = [...this.#given.values()].filter((one) => one.coupon === coupon && customers.includes(one.customer));
    const same = own.find((one) => one.cause === cause);
    const issued = before.issued ?? (same && { ...same, code: codeToCome });
    return { count: before.count + own.length, ...(issued && { issued }) };
  }
}

function nameOf({ coupon, customer, cause }: Giving): string {
  return `${coupon} ${customer} ${cause}`;
}
