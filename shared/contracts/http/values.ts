import * as z from 'zod';
import { isTimeZone, parseDay } from '../../domain/calendar.ts';
import { formatAmount, type Money } from '../../domain/money.ts';

/** Values that several parts of the API share. */

const currencies = new Set(Intl.supportedValuesOf('currency'));

export const currencySchema = z
  .string()
  .refine((code) => currencies.has(code), 'must be an ISO 4217 currency in capitals, such as CNY')
  .meta({ description: 'ISO 4217 currency', example: 'CNY' });

export const timezoneSchema = z
  .string()
  .min(1)
  .max(60)
  .refine(isTimeZone, 'must be an IANA time zone, such as Asia/Shanghai')
  .meta({ description: 'IANA time zone', example: 'Asia/Shanghai' });

export const daySchema = z
  .string()
  .refine((text) => parseDay(text) !== undefined, 'must be a date, such as 2026-11-23')
  .meta({ description: 'A calendar day', format: 'date', example: '2026-11-23' });

export const instantSchema = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time, such as 2026-11-23T19:00:00Z' })
  .meta({ description: 'RFC 3339 time', format: 'date-time', example: '2026-11-23T19:00:00Z' });

export const dayOrInstantSchema = z
  .string()
  .refine(
    (text) => parseDay(text) !== undefined || instantSchema.safeParse(text).success,
    'must be a date or an RFC 3339 time, such as 2026-11-23 or 2026-11-23T19:00:00Z',
  )
  .meta({ description: 'A calendar day (its end, in the workspace zone) or an RFC 3339 time', example: '2026-11-23' });

export const decimalSchema = z.string().meta({ description: 'Decimal number as text', example: '123.45' });

export const moneySchema = z.strictObject({ amount: decimalSchema, currency: z.string() }).meta({
  id: 'Money',
  description: 'An amount in major units, exactly',
  example: { amount: '123.45', currency: 'CNY' },
});

/** Minor units as the API tells them. */
export function moneyView({ amount, currency }: Money): z.input<typeof moneySchema> {
  return { amount: formatAmount(amount, currency), currency };
}

export const nullableInstant = instantSchema.nullable();

/** In a query all is text; to its reader it is a number. */
const limitInDescription = ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => {
  delete jsonSchema.pattern;
  Object.assign(jsonSchema, { type: 'integer', minimum: 1, maximum: 100, default: defaultPageSize });
};

export const defaultPageSize = 50;

/** Every list is paged in the same way. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a number from 1 to 100')
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= 100, 'must be a number from 1 to 100')
    .optional()
    .meta({ description: 'Items per page', override: limitInDescription }),
  cursor: z.string().max(2000).optional().meta({ description: 'The `next` of the page before' }),
};

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'Cursor of the next page; null on the last' }),
  });
}

export const problemSchema = z
  .object({
    type: z.string().meta({ example: 'urn:huitou:problem:invalid' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    instance: z.string(),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457)' });
