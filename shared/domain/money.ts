/** Money is an integer of minor units with an ISO 4217 currency (DOMAIN 1); never a binary float. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** ISO 4217 currencies whose minor unit is not a hundredth. */
const unusualDecimals: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
};

/** Decimals of a currency's minor unit: 2 for CNY, 0 for JPY, 3 for KWD. */
export function decimalsOf(currency: string): number {
  return unusualDecimals[currency] ?? 2;
}

const decimalText = /^(-?)(\d{1,15})(?:\.(\d{1,10}))?$/;

/**
 * Decimal text to minor units, exactly: "123.45" CNY -> 12345. Trailing zeros beyond the currency's decimals are fine.
 * @returns undefined when it is no decimal number, has more decimals than the currency, or does not fit.
 */
export function parseAmount(text: string, currency: string): number | undefined {
  const match = decimalText.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const decimals = decimalsOf(currency);
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined;
  const minor = Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  if (!Number.isSafeInteger(minor)) return undefined;
  return sign && minor !== 0 ? -minor : minor;
}

/** Minor units to decimal text: 12345 CNY -> "123.45". */
export function formatAmount(amount: number | bigint, currency: string): string {
  const decimals = decimalsOf(currency);
  const digits = String(amount < 0 ? -amount : amount).padStart(decimals + 1, '0');
  const sign = amount < 0 ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

const moneyFormats = new Map<string, Intl.NumberFormat>();

/** As people of a locale read it: 12345 CNY -> "¥123.45". Exact: the decimal text is formatted, not a number. */
export function formatMoney({ amount, currency }: Money, locale: string): string {
  const key = `${locale} ${currency}`;
  const format = moneyFormats.get(key) ?? new Intl.NumberFormat(locale, { style: 'currency', currency });
  moneyFormats.set(key, format);
  return format.format(formatAmount(amount, currency) as `${number}`);
}

/**
 * Converts minor units at a decimal rate (units of `to` for one unit of `from`), rounding half to even (DOMAIN 1).
 * Exact: integer arithmetic throughout.
 */
export function convertAmount(amount: number, from: string, to: string, rate: string): number {
  const match = decimalText.exec(rate);
  if (!match || match[1]) throw new RangeError(`not an exchange rate: ${rate}`);
  const fraction = match[3] ?? '';
  const numerator = BigInt(amount) * BigInt((match[2] ?? '') + fraction) * 10n ** BigInt(decimalsOf(to));
  return Number(divideHalfEven(numerator, 10n ** BigInt(fraction.length + decimalsOf(from))));
}

/** Integer division with ties to the even quotient; `divisor` > 0. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend - quotient * divisor;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return up ? quotient + (dividend < 0n ? -1n : 1n) : quotient;
}

/** A dated exchange rate: one unit of `currency` is `rate` units of the base currency from the day `from` on. */
export interface Rate {
  readonly currency: string;
  readonly from: string;
  readonly rate: string;
}

/** The rate in force on `day` (YYYY-MM-DD): the newest that began on or before it; undefined without one. */
export function rateOn(rates: readonly Rate[], currency: string, day: string): string | undefined {
  let found: Rate | undefined;
  for (const rate of rates) {
    if (rate.currency === currency && rate.from <= day && (!found || rate.from >= found.from)) found = rate;
  }
  return found?.rate;
}
