import { type Day, formatDay, type Instant } from '../calendar.ts';
import { convertAmount, divideHalfEven, type Money, rateOn } from '../money.ts';
import type { Purchase } from '../orders/purchase.ts';
import type { Settings } from '../settings/settings.ts';

/** Totals over a customer's purchases, in the base currency. */
export interface OrdersSummary {
  readonly count: number;
  readonly total: Money;
  /** Rounded half to even to the minor unit, for showing only; rules compare the unrounded quotient. */
  readonly average: Money;
  readonly items: number;
  readonly firstAt?: Instant;
  readonly lastAt?: Instant;
}

/** A purchase's amount in the base currency at the rate of its own day; undefined without a rate (DOMAIN 1). */
export function amountInBase(
  purchase: Pick<Purchase, 'amount' | 'currency' | 'day'>,
  settings: Settings,
): number | undefined {
  if (purchase.currency === settings.baseCurrency) return purchase.amount;
  const rate = rateOn(settings.rates, purchase.currency, formatDay(purchase.day as Day));
  return rate === undefined
    ? undefined
    : convertAmount(purchase.amount, purchase.currency, settings.baseCurrency, rate);
}

/** Summary of the purchases paid at or before `asOf`. */
export function summarise(purchases: readonly Purchase[], asOf: Instant, settings: Settings): OrdersSummary {
  const known = purchases.filter(({ paidAt }) => paidAt <= asOf);
  const total = known.reduce((sum, purchase) => sum + (amountInBase(purchase, settings) ?? 0), 0);
  const currency = settings.baseCurrency;
  const first = known[0];
  const last = known.at(-1);
  return {
    count: known.length,
    total: { amount: total, currency },
    average: {
      amount: known.length === 0 ? 0 : Number(divideHalfEven(BigInt(total), BigInt(known.length))),
      currency,
    },
    items: known.reduce((sum, { items }) => sum + items, 0),
    ...(first && { firstAt: first.paidAt }),
    ...(last && { lastAt: last.paidAt }),
  };
}
