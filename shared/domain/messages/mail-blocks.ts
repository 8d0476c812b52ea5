import * as z from 'zod';

/** What a mail is made of where its page is not written by hand: the layout gives each its look on every screen. */

const line = z.string().trim().min(1).max(200);
const url = z
  .string()
  .max(1000)
  .regex(/^(https?:\/\/\S+|\{\{[^}]+\}\}\S*)$/, 'must be a link, or a variable that holds one: {{ claim.url }}');

export const mailBlockSchema = z.discriminatedUnion('type', [
  /** Paragraphs; links in them can be followed. */
  z.strictObject({ type: z.literal('text'), text: z.string().min(1).max(20_000) }),
  z.strictObject({ type: z.literal('heading'), text: line }),
  z.strictObject({ type: z.literal('button'), label: line, url }),
  z.strictObject({
    type: z.literal('image'),
    image: url,
    alt: z.string().max(200).default(''),
    url: url.exactOptional(),
  }),
  /** The lines of the order and what was paid. */
  z.strictObject({ type: z.literal('order') }),
  /** What is recommended to this customer; nothing where nothing is. */
  z.strictObject({ type: z.literal('products') }),
  /** Worth, code and end of the coupon; `optional`: nothing where none goes with the message. */
  z.strictObject({ type: z.literal('coupon'), optional: z.literal(true).exactOptional() }),
]);
export type MailBlock = z.output<typeof mailBlockSchema>;
