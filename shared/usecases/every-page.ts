import type { Page } from './ports.ts';

/** The pages of a list, one after the other, each read once the one before was taken in. */
export async function* everyPage<Item>(
  read: (after: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[]> {
  let after: string | undefined;
  do {
    const page = await read(after);
    yield page.items;
    after = page.next;
  } while (after !== undefined);
}
