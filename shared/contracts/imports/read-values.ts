import * as z from 'zod';
import { isConsent } from '../../domain/customers/statements.ts';
import { plainIssue, wrongFields } from '../../domain/plain-issue.ts';
import { pyramidGroups } from '../../domain/value/pyramid.ts';
import { type ProductBody, productBodySchema } from '../http/products.ts';
import { readCustomer } from '../platforms/generic.ts';
import type { FieldError, Reading, ShopContext } from '../platforms/platform.ts';
import { defined, stampAll } from '../platforms/reading-fields.ts';

type Invalid = { readonly type: 'invalid'; readonly errors: readonly FieldError[] };

/** Enough to mend the sender. */
const mostErrors = 20;

/** Exports tell these, too; the pyramid gives them, and no file. */
const pyramidNames: ReadonlySet<string> = new Set(pyramidGroups);

const word = (longest: number) => z.string().min(1).max(longest);
const instant = z.iso
  .datetime({ offset: true, error: 'is not an RFC 3339 time, such as 2026-11-23T19:00:00Z' })
  .transform((text) => Date.parse(text));

/** What imports say of a customer beside the body of `customer.updated`. */
const extrasSchema = z.object({
  address: z
    .object({ country: word(60).optional(), province: word(100).optional(), city: word(100).optional() })
    .optional(),
  tags: z
    .union(
      [z.record(word(60), z.boolean('is neither yes nor no')), z.array(word(60)).max(100)],
      'must be a list of tags, or an object with true or false for each',
    )
    .optional(),
  consentAt: instant.optional(),
  updatedAt: instant.optional(),
});

/**
 * A customer as an import has one: the body of `customer.updated` with tags by hand, the address, and the time the
 * consents were given.
 * @param asOf when the file was made: what has no time of its own was said then
 */
export function readImportedCustomer(
  value: unknown,
  asOf: number,
  shop: ShopContext,
): Extract<Reading, { type: 'customer' }> | Invalid {
  const reading = readCustomer(value, asOf, shop);
  const extras = extrasSchema.safeParse(value, { error: plainIssue });
  const wrong = [
    ...(reading.type === 'invalid' ? reading.errors : []),
    ...(extras.error ? wrongFields(extras.error, ['data']).slice(0, mostErrors) : []),
  ];
  const errors = [...new Map(wrong.map((error) => [error.field, error])).values()];
  if (reading.type !== 'customer' || !extras.success) return { type: 'invalid', errors };
  if (Object.keys(reading.buyer).length === 0) {
    return { type: 'invalid', errors: [{ field: '', message: 'names no id, email or phone that is one' }] };
  }
  const { address, tags = {}, consentAt, updatedAt = asOf } = extras.data;
  const marks = Array.isArray(tags) ? Object.fromEntries(tags.map((tag) => [tag, true])) : tags;
  const byHand = Object.entries(marks).filter(([tag]) => !pyramidNames.has(tag));
  const tagged = Object.fromEntries(byHand.map(([tag, holds]) => [`tag.${tag}`, holds]));
  const said = Object.entries(reading.statements).map(
    ([field, stated]) => [field, isConsent(field) ? { ...stated, at: consentAt ?? stated.at } : stated] as const,
  );
  const more = stampAll({ ...(address && defined(address)), ...tagged }, updatedAt);
  return { ...reading, statements: { ...Object.fromEntries(said), ...more } };
}

/** A product of a catalogue. */
export function readProduct(value: unknown): { readonly type: 'product'; readonly product: ProductBody } | Invalid {
  const parsed = productBodySchema.safeParse(value, { error: plainIssue });
  return parsed.success
    ? { type: 'product', product: parsed.data }
    : { type: 'invalid', errors: wrongFields(parsed.error).slice(0, mostErrors) };
}
