import { dayOf, type Instant } from '../calendar.ts';
import { amountInBase } from '../customers/summary.ts';
import { decimalsOf } from '../money.ts';
import { compareText } from '../orders/order.ts';
import type { Purchase } from '../orders/purchase.ts';
import type { Settings } from '../settings/settings.ts';

/** What a customer likes to buy, by the purchases of the last 365 days (DOMAIN 2). */
export interface Preferences {
  /** The one with the largest share of the spend. */
  readonly category?: string;
  /** Between which of the amounts 1, 2, 5, 10, 20, 50 ... the middle one of the lines lies; minor units of the base currency. */
  readonly priceBand?: { readonly from: number; readonly below: number };
}

const windowDays = 365;
const fewestPurchases = 2;

/** Nothing before the second purchase: one says little of what somebody prefers. */
export function preferencesOf(purchases: readonly Purchase[], asOf: Instant, settings: Settings): Preferences {
  const today = dayOf(asOf, settings.timezone);
  const recent = purchases.filter(({ paidAt, day }) => paidAt <= asOf && today - day <= windowDays);
  if (recent.length < fewestPurchases) return {};
  const lines = recent.flatMap(({ lines: all, currency, day }) =>
    all.map(({ category, amount }) => ({ category, amount: amountInBase({ amount, currency, day }, settings) ?? 0 })),
  );
  const category = largestCategory(lines);
  const amounts = lines.flatMap(({ amount }) => (amount > 0 ? [amount] : [])).sort((a, b) => a - b);
  const middle = amounts[Math.floor((amounts.length - 1) / 2)];
  return {
    ...(category !== undefined && { category }),
    ...(middle !== undefined && { priceBand: bandOf(middle, 10 ** decimalsOf(settings.baseCurrency)) }),
  };
}

function largestCategory(lines: readonly { readonly category?: string | undefined; readonly amount: number }[]) {
  const spend = new Map<string, number>();
  for (const { category, amount } of lines) {
    if (category !== undefined) spend.set(category, (spend.get(category) ?? 0) + amount);
  }
  const [largest] = [...spend].sort(([a, x], [b, y]) => y - x || compareText(a, b));
  return largest && largest[1] > 0 ? largest[0] : undefined;
}

/** @param unit minor units in a major one: below 1 there is one band */
function bandOf(amount: number, unit: number): { from: number; below: number } {
  let [from, below] = [0, unit];
  for (let step = 0; below <= amount; step++) [from, below] = [below, below * ([2, 2.5, 2][step % 3] ?? 2)];
  return { from, below };
}
