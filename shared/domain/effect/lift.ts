/** What a group that was written to bought beyond one that was not (DOMAIN 10). */

/** One arm as it was drawn: all of it counts, whoever was reached. */
export interface Arm {
  readonly customers: number;
  readonly buyers: number;
}

export type Lift =
  /** Difference of the shares of buyers, with its 95 % interval. */
  | { readonly type: 'decided'; readonly value: number; readonly low: number; readonly high: number }
  | {
      readonly type: 'undecided';
      readonly value?: number;
      readonly low?: number;
      readonly high?: number;
      /** Customers more, over both arms, until a difference such as this one would show; absent where there is none. */
      readonly needed?: number;
    };

/** Two-sided 95 %; and 80 % power for what is still needed. */
const z = 1.959963984540054;
const zPower = 0.8416212335729143;

/**
 * The lift with its interval, or that it cannot be told yet: the interval spans zero, or an arm has nobody. Newcombe's
 * hybrid score interval for a difference of two proportions (Statistics in Medicine 17, 1998, method 10), which keeps its
 * coverage where buyers are few.
 */
export function liftOf(treated: Arm, heldOut: Arm): Lift {
  if (treated.customers === 0 || heldOut.customers === 0) return { type: 'undecided' };
  const [p1, p0] = [treated.buyers / treated.customers, heldOut.buyers / heldOut.customers];
  const [i1, i0] = [wilson(treated), wilson(heldOut)];
  const value = p1 - p0;
  const low = value - Math.hypot(p1 - i1.low, i0.high - p0);
  const high = value + Math.hypot(i1.high - p1, p0 - i0.low);
  if (low > 0 || high < 0) return { type: 'decided', value, low, high };
  const needed = customersNeeded(p1, p0, treated.customers, heldOut.customers);
  return { type: 'undecided', value, low, high, ...(needed !== undefined && { needed }) };
}

/** Wilson's score interval of one share. */
export function wilson({ customers: n, buyers }: Arm): { readonly low: number; readonly high: number } {
  const p = buyers / n;
  const centre = p + (z * z) / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}

/** How many more it takes, drawn as so far, to see this difference with 80 % power. */
function customersNeeded(p1: number, p0: number, n1: number, n0: number): number | undefined {
  const difference = Math.abs(p1 - p0);
  if (difference === 0) return undefined;
  const total = n1 + n0;
  const [share1, share0] = [n1 / total, n0 / total];
  const variance = (p1 * (1 - p1)) / share1 + (p0 * (1 - p0)) / share0;
  const enough = Math.ceil(((z + zPower) ** 2 * variance) / (difference * difference));
  return Math.max(1, enough - total);
}
