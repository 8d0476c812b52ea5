import * as z from 'zod';
import { pyramidGroups } from '../value/pyramid.ts';
import type { CustomerFile } from './customer-file.ts';

/** The preset rule tags: no other rule gives them, and no hand. */
export { pyramidGroups as pyramidTags } from '../value/pyramid.ts';

const presets: ReadonlySet<string> = new Set(pyramidGroups);

export const tagSchema = z
  .string()
  .trim()
  .min(1)
  .max(60)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a name breaks every list it stands in
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line')
  .refine((tag) => !presets.has(tag), 'is given by the pyramid, and by nothing else')
  .meta({ example: 'likes honey' });

const prefix = 'tag.';

/** The statement that says whether a customer bears a tag: true or false. */
export function tagField(tag: string): string {
  return `${prefix}${tag}`;
}

/** Tags given by hand or by import, by the latest word on each; sorted. */
export function handTagsOf({ statements }: Pick<CustomerFile, 'statements'>): string[] {
  const tags: string[] = [];
  for (const field in statements) {
    if (field.startsWith(prefix) && statements[field]?.value === true) tags.push(field.slice(prefix.length));
  }
  return tags.sort();
}
