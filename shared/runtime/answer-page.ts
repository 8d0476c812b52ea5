import { defaultPageSize } from '../contracts/http/values.ts';
import type { HttpAnswer } from './http-handler.ts';
import { json } from './json-answer.ts';

/** Positions in lists, signed, so that none can be made up. */
interface Cursors {
  write(list: string, position: string): string;
  read(list: string, cursor: string): string;
}

interface Page<Row> {
  readonly items: readonly Row[];
  readonly next?: string;
}

interface PageQuery {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/**
 * Answers one page of a list.
 * @param list names the list and its filter: a cursor of another is refused
 */
export async function answerPage<Row>(
  list: readonly (string | undefined)[],
  { limit = defaultPageSize, cursor }: PageQuery,
  cursors: Cursors,
  read: (after: string | undefined, limit: number) => Promise<Page<Row>>,
  view: (row: Row) => unknown,
): Promise<HttpAnswer> {
  const name = JSON.stringify(list);
  const after = cursor === undefined ? undefined : cursors.read(name, cursor);
  const { items, next } = await read(after, limit);
  return json({ items: items.map(view), next: next === undefined ? null : cursors.write(name, next) });
}

/** One page of a list that is there as a whole, each entry by its id. */
export function pageOf<Entry extends { readonly id: string }>(
  list: readonly string[],
  entries: readonly Entry[],
  { limit = defaultPageSize, cursor }: PageQuery,
  cursors: Cursors,
): { items: Entry[]; next: string | null } {
  const name = JSON.stringify(list);
  const after = cursor === undefined ? undefined : cursors.read(name, cursor);
  const start = after === undefined ? 0 : entries.findIndex(({ id }) => id === after) + 1;
  const items = entries.slice(start, start + limit);
  const last = items.at(-1);
  const isLast = last === undefined || start + limit >= entries.length;
  return { items, next: isLast ? null : cursors.write(name, last.id) };
}
