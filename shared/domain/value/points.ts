import { assertUnreachable } from '../assert-unreachable.ts';
import { dayOf, type Instant } from '../calendar.ts';
import type { PointsCredit, PointsTakenBack } from './points-earning.ts';
import type { PointsEntry } from './points-entry.ts';
import { expiryOf, type PointsRules } from './points-rules.ts';

export type { PointsEntry } from './points-entry.ts';

/** Points that came in together, with what is left of them. */
export interface PointsLot {
  /** Of the entry that brought them: `earned#ref`, or `hand#` and its key. */
  readonly id: string;
  readonly at: Instant;
  readonly points: number;
  readonly left: number;
  /** From when on they are gone. */
  readonly expiresAt?: Instant;
}

/** A line of the account. All lines sum to the balance. */
export interface PointsMovement {
  /** Computed from its cause: the same however often and whenever the account is drawn up. */
  readonly id: string;
  readonly kind: PointsEntry['kind'] | 'earned' | 'taken_back' | 'expired';
  readonly at: Instant;
  readonly points: number;
}

export interface PointsAccount {
  /** Below zero only by points taken back for refunds after they had been spent. */
  readonly balance: number;
  /** What is left, in the order in which it will be spent. */
  readonly lots: readonly PointsLot[];
  readonly movements: readonly PointsMovement[];
  /** The next time at which points will be gone if they are not spent, and how many. */
  readonly nextExpiry?: { readonly at: Instant; readonly points: number };
  /** When the account next changes if nothing comes, for the due index: an expiry, or what is dated later. */
  readonly nextChangeAt?: Instant;
}

/** Everything that makes an account. */
export interface PointsSources {
  /** See `entriesOfOrders`. */
  readonly ofOrders: readonly (PointsCredit | PointsTakenBack)[];
  readonly byHand: readonly PointsEntry[];
}

/**
 * The account at a moment (DOMAIN 5): oldest lots are spent first, and those that expire are gone. A pure function of the
 * entries, whatever order they came in and however often; two of one id are one. What comes in when the balance is below
 * zero makes that up first.
 */
export function pointsAccount(sources: PointsSources, asOf: Instant, rules: PointsRules): PointsAccount {
  const entries = inOrder(sources, rules);
  const book = new Book();
  for (const entry of entries) {
    if (entry.at > asOf) break;
    book.expire(entry.at);
    book.enter(entry);
  }
  book.expire(asOf);
  const next = entries.find(({ at }) => at > asOf);
  return accountOf(book, next?.at);
}

function accountOf({ lots, debt, movements }: Book, nextEntryAt: Instant | undefined): PointsAccount {
  const left = lots.filter((lot) => lot.left > 0);
  const expiresAt = soonestExpiry(left);
  const expiring = left.filter((lot) => lot.expiresAt === expiresAt);
  const nextChangeAt = Math.min(expiresAt, nextEntryAt ?? Number.POSITIVE_INFINITY);
  return {
    balance: sumOf(left) - debt,
    lots: left.map(({ expired, ...lot }) => lot),
    movements,
    ...(expiring.length > 0 && { nextExpiry: { at: expiresAt, points: sumOf(expiring) } }),
    ...(Number.isFinite(nextChangeAt) && { nextChangeAt }),
  };
}

function sumOf(lots: readonly PointsLot[]): number {
  return lots.reduce((sum, { left }) => sum + left, 0);
}

function soonestExpiry(lots: readonly PointsLot[]): Instant {
  return lots.reduce(
    (soonest, { left, expiresAt = soonest }) => (left > 0 ? Math.min(soonest, expiresAt) : soonest),
    Number.POSITIVE_INFINITY,
  );
}

type Entry = PointsCredit | PointsTakenBack | (Omit<PointsEntry, 'kind'> & { readonly kind: 'redeemed' | 'debited' });

/** By time; at one instant what comes in before what goes out, then by id. Each id once. */
function inOrder({ ofOrders, byHand }: PointsSources, rules: PointsRules): Entry[] {
  const entries = new Map<string, Entry>();
  for (const entry of ofOrders) entries.set(entry.id, entry);
  for (const entry of byHand) entries.set(handLineId(entry), asEntry(entry, rules));
  return [...entries.values()].sort((a, b) => a.at - b.at || turnOf(a) - turnOf(b) || (a.id < b.id ? -1 : 1));
}

/** Id of the movement of an entry by hand. Callers choose their keys: none may pass for a line that was computed. */
export function handLineId({ id, twin }: Pick<PointsEntry, 'id' | 'twin'>): string {
  return `hand${twin ?? ''}#${id}`;
}

function asEntry(byHand: PointsEntry, rules: PointsRules): Entry {
  const entry = { ...byHand, id: handLineId(byHand) };
  if (entry.kind === 'redeemed') return { ...entry, kind: 'redeemed' };
  if (entry.points < 0) return { ...entry, kind: 'debited' };
  const expiresAt = expiryOf(dayOf(entry.at, rules.zone), rules);
  const { id, at, points } = entry;
  return { id, kind: 'adjusted', at, points, ...(expiresAt !== undefined && { expiresAt }) };
}

function turnOf({ kind }: Entry): number {
  return kind === 'earned' || kind === 'adjusted' ? 0 : 1;
}

type OpenLot = { -readonly [Key in keyof PointsLot]: PointsLot[Key] } & { expired: number };

/** An account being drawn up, entry by entry in the order of time. */
class Book {
  /** Oldest first. */
  readonly lots: OpenLot[] = [];
  readonly movements: PointsMovement[] = [];
  /** Spent and then taken back: only ever above zero when no lot has anything left. */
  debt = 0;
  /** So many lots from the beginning have nothing left; none fills up again. */
  #spent = 0;
  /** No lot expires before. */
  #soonest = Number.POSITIVE_INFINITY;

  enter(entry: Entry): void {
    switch (entry.kind) {
      case 'earned':
      case 'adjusted':
        this.#credit(entry);
        break;
      case 'taken_back':
        this.#takeBack(entry);
        break;
      case 'redeemed':
      case 'debited':
        this.#spend(-entry.points);
        this.#note(entry, entry.kind === 'redeemed' ? 'redeemed' : 'adjusted', entry.points);
        break;
      default:
        assertUnreachable(entry);
    }
  }

  expire(until: Instant): void {
    if (until < this.#soonest) return;
    const gone = this.lots.filter(({ left, expiresAt = Number.POSITIVE_INFINITY }) => left > 0 && expiresAt <= until);
    for (const lot of gone.sort((a, b) => (a.expiresAt ?? 0) - (b.expiresAt ?? 0))) {
      this.#note({ id: `expired#${lot.id}`, at: lot.expiresAt ?? until }, 'expired', -lot.left);
      lot.expired = lot.left;
      lot.left = 0;
    }
    this.#soonest = soonestExpiry(this.lots);
  }

  #credit({ kind, ...entry }: PointsCredit): void {
    const owed = Math.min(this.debt, entry.points);
    this.debt -= owed;
    this.lots.push({ ...entry, left: entry.points - owed, expired: 0 });
    this.#soonest = Math.min(this.#soonest, entry.expiresAt ?? this.#soonest);
    this.#note(entry, kind, entry.points);
  }

  /** From the lot itself first. What of it has expired is gone already; what was spent comes from the others. */
  #takeBack(entry: PointsTakenBack): void {
    const lot = this.lots.find(({ id }) => id === entry.credit);
    if (!lot) return;
    const unspent = Math.min(lot.left, entry.points);
    const goneAlready = Math.min(lot.expired, entry.points - unspent);
    lot.left -= unspent;
    lot.expired -= goneAlready;
    this.#spend(entry.points - unspent - goneAlready);
    this.#note(entry, 'taken_back', goneAlready - entry.points);
  }

  #spend(points: number): void {
    let missing = points;
    for (let index = this.#spent; missing > 0 && index < this.lots.length; index++) {
      const lot = this.lots[index];
      const part = Math.min(lot?.left ?? 0, missing);
      if (lot) lot.left -= part;
      missing -= part;
    }
    while (this.lots[this.#spent]?.left === 0) this.#spent += 1;
    this.debt += missing;
  }

  #note({ id, at }: { readonly id: string; readonly at: Instant }, kind: PointsMovement['kind'], points: number): void {
    if (points !== 0) this.movements.push({ id, kind, at, points });
  }
}
