import * as z from 'zod';

/** Values that definitions share: those of campaigns, journeys, coupons and templates. */

/** What a definition is called where another names it. */
export const definitionId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be 1 to 60 lower-case letters, digits and -');

/** A time of day on somebody's clock, to the minute. */
export const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 10:00');

/**
 * An amount as decimal text, in the base currency.
 * @param example what whoever wrote it wrong is told it could be
 */
export function amountText(example: string): z.ZodString {
  return z.string().regex(/^\d{1,12}(\.\d{1,3})?$/, `must be an amount such as "${example}"`);
}
