import { decimalsOf } from '../money.ts';

/** An amount of a rule in minor units, exactly: `numerator / denominator`, for it may be finer than the currency. */
export interface AmountBound {
  readonly numerator: number;
  readonly denominator: number;
}

/** "100.005" CNY -> 100005 / 10. Both are safe integers for every amount a rule may hold. */
export function amountBound(text: string, currency: string): AmountBound {
  const [whole = '', fraction = ''] = text.split('.');
  const decimals = decimalsOf(currency);
  const digits = fraction.padEnd(decimals, '0');
  return { numerator: Number(whole + digits), denominator: 10 ** (digits.length - decimals) };
}

/**
 * On which side of the bound `total / count` lies: negative below, 0 on it, positive above. By integer
 * cross-multiplication, so that nothing is rounded; NaN (missing) stays NaN.
 */
export function sideOf(total: number, count: number, { numerator, denominator }: AmountBound): number {
  const left = total * denominator;
  const right = numerator * count;
  const isExact = !(Math.abs(left) > Number.MAX_SAFE_INTEGER || Math.abs(right) > Number.MAX_SAFE_INTEGER);
  return isExact ? left - right : exactSide(total, count, numerator, denominator);
}

function exactSide(total: number, count: number, numerator: number, denominator: number): number {
  const left = BigInt(total) * BigInt(denominator);
  const right = BigInt(numerator) * BigInt(count);
  return left === right ? 0 : left < right ? -1 : 1;
}
