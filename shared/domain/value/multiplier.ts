/** A decimal number as the fraction `digits / divisor`, exactly. */
export interface Multiplier {
  readonly digits: number;
  readonly divisor: number;
}

/** "1.25" -> 125/100. @throws RangeError */
export function parseMultiplier(text: string): Multiplier {
  const match = /^(\d{1,6})(?:\.(\d{1,6}))?$/.exec(text);
  if (!match) throw new RangeError(`not a multiplier: ${text}`);
  const [, whole = '', fraction = ''] = match;
  return { digits: Number(whole + fraction), divisor: 10 ** fraction.length };
}

/** floor(amount in major units x multiplier), exactly (DOMAIN 5). @param amount minor units, not negative */
export function pointsFor(amount: number, { digits, divisor }: Multiplier, decimals: number): number {
  const dividend = amount * digits;
  const whole = divisor * 10 ** decimals;
  if (Number.isSafeInteger(dividend)) return (dividend - (dividend % whole)) / whole;
  return Number((BigInt(amount) * BigInt(digits)) / BigInt(whole));
}
