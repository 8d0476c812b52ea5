import type { Cursors } from '../../shared/adapters/crypto/cursors.ts';
import { defaultPageSize } from '../../shared/contracts/http/values.ts';
import type { HttpAnswer } from '../../shared/runtime/http-handler.ts';
import type { Page } from '../../shared/usecases/ports.ts';
import { json } from './answer.ts';

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
