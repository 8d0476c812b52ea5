/** One page of a part: its items, and where the next page begins. */
export interface WorkPage<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** A part of work that is read page by page. */
export interface PagedWork<Item> {
  /** Where an earlier step left off. */
  readonly after: string | undefined;
  readonly remainingMs: () => number;
  readPage(after: string | undefined): Promise<WorkPage<Item>>;
  doPage(items: readonly Item[]): Promise<void>;
  /** Puts the rest of the part back into the queue. */
  handOn(after: string): Promise<void>;
}

/** A part that has less time than this left hands on the rest: a page takes a fraction of it. */
const handOnMs = 10_000;

/**
 * Works through a part, at least one page of it; short of time it hands the rest on.
 * @returns true when the part is done, false when the rest was handed on
 */
export async function workThrough<Item>(work: PagedWork<Item>): Promise<boolean> {
  let after = work.after;
  do {
    const page = await work.readPage(after);
    await work.doPage(page.items);
    after = page.next;
  } while (after !== undefined && work.remainingMs() > handOnMs);
  if (after === undefined) return true;
  await work.handOn(after);
  return false;
}
