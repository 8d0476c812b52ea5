import { type CustomerFile, hasSubstance } from '../../domain/customers/customer-file.ts';
import { type IdentityKey, identityKey, normaliseEmail } from '../../domain/customers/identity.ts';
import { isSaturated } from '../../domain/customers/linking.ts';
import { shortcut } from '../../domain/segments/shortcut.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import type { FoundFile, Page } from '../ports.ts';
import type { LiveDeps, LiveRule } from './live-rule.ts';

/** Parallel parts of a scan, and customers read in one request of it. */
const segments = 8;
const scanPage = 1000;

/** What one page of a scan came to. */
export interface ScannedPage {
  readonly members: readonly CustomerFile[];
  /** Customers looked at. */
  readonly customers: number;
}

/**
 * Goes through all customers, several parts of the table at a time.
 * @param visit takes each page in; pages come in no order
 * @param goesOn asked before each request
 * @returns false where it was broken off
 */
export async function scanMembers(
  live: LiveRule,
  store: LiveDeps['store'],
  visit: (page: ScannedPage) => void | Promise<void>,
  goesOn: () => boolean = () => true,
): Promise<boolean> {
  let isWhole = true;
  const scanPart = async (segment: number) => {
    let after: string | undefined;
    do {
      isWhole &&= goesOn();
      if (!isWhole) return;
      const page = await candidatesOf(live, (keeps) => store.scanFiles(segment, segments, after, scanPage, keeps));
      await visit({ members: await live.membersOf(page.candidates), customers: page.customers });
      after = page.next;
    } while (after !== undefined);
  };
  await Promise.all(Array.from({ length: segments }, (_, segment) => scanPart(segment)));
  return isWhole;
}

interface Candidates {
  readonly candidates: readonly CustomerFile[];
  /** Customers looked at. */
  readonly customers: number;
  readonly next?: string;
}

/** One page of a scan, of which only those are kept in memory whom the rule may hold of. */
export async function candidatesOf(
  live: LiveRule,
  scan: (keeps: (found: FoundFile) => boolean) => ReturnType<LiveDeps['store']['scanFiles']>,
): Promise<Candidates> {
  let customers = 0;
  const { items, next } = await scan((found) => {
    const file = fileIn(found);
    if (!file || !hasSubstance(file)) return false;
    customers++;
    return live.mayHoldOf(file);
  });
  return { candidates: items.flatMap((found) => fileIn(found) ?? []), customers, ...(next !== undefined && { next }) };
}

/** One that cannot be read stops everything: leaving somebody out silently would be wrong. */
function fileIn({ item, unreadable }: FoundFile): CustomerFile | undefined {
  if (!item) throw unreadable;
  return item.value.type === 'file' ? item.value.file : undefined;
}

/**
 * The members of a rule that names customers, found without going through the base.
 * @returns undefined for a rule that can hold of anybody
 */
export async function namedMembers(live: LiveRule, deps: LiveDeps): Promise<readonly CustomerFile[] | undefined> {
  const lookups = shortcut(live.rule);
  if (!lookups) return undefined;
  const ids = new Set<string>();
  const keys = new Set<IdentityKey>();
  for (const { field, value } of lookups) {
    if (field === 'id') ids.add(value);
    else keys.add(identityKey({ kind: field, value: asKept(field, value) }, deps.identityHash));
  }
  const rows = keys.size === 0 ? [] : [...(await deps.store.readIdentities([...keys])).values()];
  // A reseller's phone leads to nobody any more, and stands in many files.
  if (rows.some(({ value }) => isSaturated(value, live.settings.buyersPerIdentity))) return undefined;
  for (const { value } of rows) if (value.customer !== undefined) ids.add(value.customer);
  const { files } = await resolveFiles(ids, deps.store);
  const found = [...files.values()].map(({ value }) => value).filter((file) => live.mayHoldOf(file));
  return live.membersOf(found.sort((a, b) => (a.id < b.id ? -1 : 1)));
}

function asKept(field: 'phone' | 'email', value: string): string {
  return field === 'email' ? (normaliseEmail(value) ?? value) : value;
}

/** Customers read for one page of an answer at most, and in one request for it. */
const mostRead = 20_000;
const listPage = 250;

/** A part of the scan that is not at its end: `[segment, where its page begins, last member taken from that page]`. */
type Place = readonly [segment: number, after: string | null, taken?: string];

/**
 * One page of the members, as they stand when it is read. It may be short or empty and yet go on: it ends when it is
 * full, when `mostRead` customers were looked at, or at `until`.
 * @param position where the page before ended
 */
export async function listMembers(
  live: LiveRule,
  position: string | undefined,
  limit: number,
  until: number,
  deps: LiveDeps,
): Promise<Page<CustomerFile>> {
  const named = await namedMembers(live, deps);
  if (named) return pageOfNamed(named, position, limit);
  const start = Array.from({ length: segments }, (_, segment): Place => [segment, null]);
  let places: readonly Place[] = position === undefined ? start : (JSON.parse(position) as readonly Place[]);
  const members: CustomerFile[] = [];
  let read = 0;
  // One part at first, which is enough where many belong; then more at a time.
  for (let width = 1; places.length > 0 && members.length < limit; width = Math.min(width * 2, segments)) {
    if (width > 1 && (read >= mostRead || deps.clock.now() >= until)) break;
    const looked = await Promise.all(places.slice(0, width).map((place) => lookFrom(place, live, deps)));
    const left = looked.flatMap((page) => take(page, members, limit));
    read += looked.reduce((sum, page) => sum + page.read, 0);
    places = [...left, ...places.slice(width)];
  }
  return { items: members, ...(places.length > 0 && { next: JSON.stringify(places) }) };
}

interface Looked {
  readonly place: Place;
  readonly members: readonly CustomerFile[];
  readonly read: number;
  readonly next?: string;
}

async function lookFrom(place: Place, live: LiveRule, { store }: LiveDeps): Promise<Looked> {
  const [segment, after, taken] = place;
  const page = await candidatesOf(live, (keeps) =>
    store.scanFiles(segment, segments, after ?? undefined, listPage, keeps),
  );
  const begin = taken === undefined ? 0 : page.candidates.findIndex(({ id }) => id === taken) + 1;
  const members = await live.membersOf(page.candidates.slice(begin));
  return { place, members, read: page.customers, ...(page.next !== undefined && { next: page.next }) };
}

/** Takes what there is room for. @returns where this part goes on, if it does */
function take({ place, members, next }: Looked, taken: CustomerFile[], limit: number): Place[] {
  const [segment, after] = place;
  const room = limit - taken.length;
  const fitting = members.slice(0, room);
  taken.push(...fitting);
  if (fitting.length < members.length) {
    const last = fitting.at(-1)?.id ?? place[2];
    return [last === undefined ? [segment, after] : [segment, after, last]];
  }
  return next === undefined ? [] : [[segment, next]];
}

function pageOfNamed(named: readonly CustomerFile[], position: string | undefined, limit: number): Page<CustomerFile> {
  const after = position === undefined ? undefined : String(JSON.parse(position));
  const rest = after === undefined ? named : named.filter(({ id }) => id > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(last && rest.length > items.length && { next: JSON.stringify(last.id) }) };
}
