import { createHash } from 'node:crypto';
import {
  type BehaviourEvent,
  behaviourOf,
  isNews,
  joinBehaviour,
  timeRefused,
} from '../../domain/behaviour/behaviour.ts';
import type { Instant } from '../../domain/calendar.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import type { IdentityKey } from '../../domain/customers/identity.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import { inLanes } from '../in-lanes.ts';
import { type Clock, ConflictError, type CustomerStore, type Versioned } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import type { BehaviourReader, BehaviourStore } from './behaviour-ports.ts';

export interface BehaviourDeps extends Retrying {
  readonly store: Pick<CustomerStore, 'readFiles' | 'readIdentities'>;
  readonly behaviour: BehaviourStore;
  /** Is told what is known by now, however often it comes: whoever waits for such an event looks at its customers. */
  readonly heard?: (events: readonly HeardEvent[]) => Promise<void>;
  readonly clock: Clock;
}

export interface HeardEvent {
  readonly customer: string;
  readonly type: string;
}

/** Of whom something is told: by an id, of today or from before a merge, or by identities, of which the first known counts. */
export type Doer = { readonly id: string } | { readonly keys: readonly IdentityKey[] };

export interface BehaviourNews {
  readonly doer: Doer;
  readonly type: string;
  readonly at: Instant;
  readonly product?: string;
  /** The sender's own; without one, the same words of the same moment are one event. */
  readonly id?: string;
}

export type NewsOutcome =
  | { readonly type: 'recorded' | 'unchanged'; readonly customer: string }
  | { readonly type: 'refused'; readonly why: 'too_old' | 'ahead' | 'unknown_customer' };

/** Tries after which the sender has to come again: more than for orders, for one visit is told of by many requests at once. */
const maxTries = 8;
/** Customers whose rows are written at once. */
const lanes = 8;

/**
 * Takes in what customers did (DOMAIN 14): of each known one the row is read, joined and written under its version, so
 * that doing it twice, or two at a time, does no harm. Events make no customer.
 * @returns what became of each, in their order
 * @throws ConflictError after lost tries, StoreBusyError when throttled; then some may be taken in, and all can come again
 */
export async function takeInBehaviour(news: readonly BehaviourNews[], deps: BehaviourDeps): Promise<NewsOutcome[]> {
  const outcomes = new Map<number, NewsOutcome>();
  const attempt = async () => {
    const waiting = [...news.entries()].filter(([place]) => !outcomes.has(place));
    for (const [place, outcome] of await tryAll(waiting, deps)) outcomes.set(place, outcome);
    if (outcomes.size < news.length) throw new ConflictError('others tell of the same customers');
    return news.map((_, place) => outcomes.get(place) as NewsOutcome);
  };
  const done = await retried(attempt, deps, maxTries);
  const heard = done.flatMap((outcome, place): HeardEvent[] => {
    const type = news[place]?.type;
    return type === undefined || !('customer' in outcome) ? [] : [{ customer: outcome.customer, type }];
  });
  if (heard.length > 0) await deps.heard?.(heard);
  return done;
}

type Rows = Awaited<ReturnType<BehaviourReader['readBehaviour']>>;
type Placed<T> = readonly [place: number, value: T];

/** Without those lost against a competitor. */
async function tryAll(waiting: readonly Placed<BehaviourNews>[], deps: BehaviourDeps): Promise<Placed<NewsOutcome>[]> {
  const now = deps.clock.now();
  const fileOf = await readDoers(
    waiting.map(([, { doer }]) => doer),
    deps,
  );
  const outcomes: Placed<NewsOutcome>[] = [];
  const byFile = new Map<Versioned<CustomerFile>, Placed<BehaviourNews>[]>();
  for (const [place, one] of waiting) {
    const file = fileOf(one.doer);
    const why = timeRefused(one.at, now) ?? (file ? undefined : 'unknown_customer');
    if (why !== undefined) outcomes.push([place, { type: 'refused', why }]);
    else if (file) byFile.set(file, [...(byFile.get(file) ?? []), [place, one]]);
  }
  const rows = await deps.behaviour.readBehaviour([...byFile.keys()].flatMap(({ value }) => idsOf(value)));
  await inLanes(byFile, lanes, async ([file, told]) => {
    outcomes.push(...(await tryOne(file, told, rows, now, deps)));
  });
  return outcomes;
}

async function readDoers(
  doers: readonly Doer[],
  { store }: BehaviourDeps,
): Promise<(doer: Doer) => Versioned<CustomerFile> | undefined> {
  const keys = new Set(doers.flatMap((doer) => ('keys' in doer ? doer.keys : [])));
  const rows = keys.size === 0 ? undefined : await store.readIdentities([...keys]);
  const idOf = (doer: Doer) =>
    'id' in doer ? doer.id : doer.keys.flatMap((key) => rows?.get(key)?.value.customer ?? [])[0];
  const resolved = await resolveFiles(
    doers.flatMap((doer) => idOf(doer) ?? []),
    store,
  );
  return (doer) => {
    const id = idOf(doer);
    const survivor = id === undefined ? undefined : resolved.idOf(id);
    return survivor === undefined ? undefined : resolved.files.get(survivor);
  };
}

async function tryOne(
  { value: file, version }: Versioned<CustomerFile>,
  told: readonly Placed<BehaviourNews>[],
  rows: Rows,
  now: Instant,
  { behaviour }: BehaviourDeps,
): Promise<Placed<NewsOutcome>[]> {
  const row = rows.get(file.id);
  if (!row) return [];
  let known = knownOf(file, rows, now);
  const news: BehaviourEvent[] = [];
  const outcomes = told.map(([place, one]): Placed<NewsOutcome> => {
    const event = eventOf(one);
    if (!isNews(known, event, now)) return [place, { type: 'unchanged', customer: file.id }];
    known = joinBehaviour(known, [event], now);
    news.push(event);
    return [place, { type: 'recorded', customer: file.id }];
  });
  if (news.length === 0) return outcomes;
  const value = { customer: file.id, events: joinBehaviour(row.value.events, news, now) };
  try {
    await behaviour.saveBehaviour({ value, version: row.version }, version);
    return outcomes;
  } catch (error) {
    if (error instanceof ConflictError) return [];
    throw error;
  }
}

/** An id may say more than it should: only what tells it apart is kept. */
function eventOf({ type, at, product, id }: BehaviourNews): BehaviourEvent {
  return {
    type,
    at,
    ...(product !== undefined && { product }),
    ...(id !== undefined && { key: createHash('sha256').update(id).digest('base64url').slice(0, 16) }),
  };
}

/** Everything these customers did lately, whatever their ids were then, newest last, by id of today. */
export async function readBehaviourOfAll(
  files: readonly CustomerFile[],
  asOf: Instant,
  behaviour: BehaviourReader,
): Promise<ReadonlyMap<string, readonly BehaviourEvent[]>> {
  const rows = await behaviour.readBehaviour(files.flatMap(idsOf));
  return new Map(files.map((file) => [file.id, knownOf(file, rows, asOf)]));
}

/** The same of one customer. */
export async function readBehaviourOf(
  file: CustomerFile,
  asOf: Instant,
  behaviour: BehaviourReader,
): Promise<BehaviourEvent[]> {
  return knownOf(file, await behaviour.readBehaviour(idsOf(file)), asOf);
}

function knownOf(file: CustomerFile, rows: Rows, asOf: Instant): BehaviourEvent[] {
  return behaviourOf(
    idsOf(file).flatMap((id) => rows.get(id)?.value ?? []),
    asOf,
  );
}
